"""Scripts that have a shell complete the words of `todo`: commands, options, and ids with their titles."""

from collections.abc import Mapping

from console.arguments import OPTIONS
from console.commands import COMMANDS, COMMON
from console.completion_scripts import BASH, ZSH
from console.exit_codes import UsageError

_WHICH = {"complete": "--pending", "incomplete": "--completed"}
"""Which tasks a command is for; of any other all."""


def script(shell: str) -> str:
    """The script. Raises `UsageError` for a shell that has none."""
    match shell:
        case "bash":
            return _filled(
                BASH, {name: name for name in COMMANDS}, dict.fromkeys(OPTIONS, ""), "{}", '{0}) options="{1}" ;;'
            )
        case "zsh":
            names = {name: command.summary for name, command in COMMANDS.items()}
            meanings = {name: meaning for name, (_, meaning) in OPTIONS.items()}
            return _filled(ZSH, names, meanings, "'{}'", "({0}) found=({1}) ;;")
        case "fish":
            return _fish()
        case _:
            raise UsageError(f"There is no completion for {shell}: bash, zsh or fish.")


def _filled(text: str, names: Mapping[str, str], options: Mapping[str, str], item: str, choice: str) -> str:
    def listed(wanted: Mapping[str, str]) -> str:
        return " ".join(
            item.format(name if meaning in ("", name) else f"{name}:{_plain(meaning)}")
            for name, meaning in wanted.items()
        )

    own = [
        choice.format(name, listed({option: options[option] for option in command.options}))
        for name, command in COMMANDS.items()
        if command.options
    ]
    opening = choice[: choice.index("{0}")]
    words = [f"{opening}{name}) _todo_tasks {_WHICH.get(name, '')} ;;" for name in _about_tasks()]
    if text is BASH:
        words += ['completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")) ;;']
    else:
        words += ["(completion) found=(bash zsh fish); _describe shell found ;;"]
    filled = {
        "VALUED": "|".join(option for option, (value, _) in OPTIONS.items() if value),
        "OPTIONS": "\n".join(f"        {line}" for line in own),
        "COMMON": listed({option: options[option] for option in COMMON}),
        "NAMES": listed(names),
        "WORDS": "\n".join(f"        {line}" for line in words),
    }
    for name, value in filled.items():
        text = text.replace(f"@{name}@", value)
    return text


def _fish() -> str:
    lines = [
        "# fish: todo completion fish | source",
        "function __todo_tasks",
        "    command todo list $argv 2>/dev/null | string replace -r '^\\[.\\] (\\d+) ' '$1\\t'",
        "end",
        "complete -c todo -f",
    ]
    lines += [f"complete -c todo {_fish_option(option)}" for option in COMMON]
    for name, command in COMMANDS.items():
        lines.append(f"complete -c todo -n __fish_use_subcommand -a {name} -d '{_plain(command.summary)}'")
        seen = f"-n '__fish_seen_subcommand_from {name}'"
        lines += [f"complete -c todo {seen} {_fish_option(option)}" for option in command.options]
        if name in _about_tasks():
            lines.append(f"complete -c todo {seen} -k -a '(__todo_tasks {_WHICH.get(name, '')})'")
    lines.append("complete -c todo -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'")
    return "\n".join(lines) + "\n"


def _fish_option(option: str) -> str:
    value, meaning = OPTIONS[option]
    return f"-l {option.removeprefix('--')}{' -x' if value else ''} -d '{_plain(meaning)}'"


def _about_tasks() -> list[str]:
    return [name for name, command in COMMANDS.items() if command.arguments[:1] in (("ID",), ("ID...",))]


def _plain(text: str) -> str:
    return text.replace("'", "’").replace(":", ",").replace("`", "")
