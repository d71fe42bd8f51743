"""What the server may not have logged: a traceback, a failure that nobody foresaw, a secret, somebody's text."""

import re

_WRONG = re.compile(
    r"Traceback|^\s+File \"|request \S+ failed:|never retrieved|was destroyed but|Error in ", re.MULTILINE
)


def wrong_in(log: list[str], hidden: list[str]) -> list[str]:
    """The lines that must not be there. `hidden` are texts that must not be found."""
    found = [line.rstrip() for line in log if _WRONG.search(line)]
    text = "".join(log)
    return found + [
        f"the log holds a secret or a person's text: {secret[:3]}..." for secret in hidden if secret in text
    ]
