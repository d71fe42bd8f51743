"""One operation, and how it is asked."""

from dataclasses import dataclass

from parity.words import Words


@dataclass(frozen=True)
class Step:
    """What is typed, how it is asked, and how many lines standard input has."""

    words: Words
    as_json: bool
    as_command: bool
    piped: int = 0
    quiet: bool = False

    @property
    def typed(self) -> Words:
        """The words with their options. `--json` beats `-q`, so both may stand there."""
        flags = (*(["-q"] if self.quiet else []), *(["--json"] if self.as_json else []))
        return (self.words[0], *flags, *self.words[1:])
