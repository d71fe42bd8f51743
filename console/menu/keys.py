"""The keys of the menu, said once: bindings and help are made from them. As on the web page, where it has them."""

from textual.binding import Binding, BindingType

KEYS = (
    ("n", "add", "a new task"),
    ("x,space", "turn", "complete or reopen"),
    ("e", "edit", "edit title and description"),
    ("enter", "details", "all fields; Escape leads back"),
    ("delete,number_sign", "delete", "delete"),
    ("ctrl+z,u", "undo", "undo the last change, up to 20 times"),
    ("slash", "search", "search; Escape ends it"),
    ("f", "filter", "all, open or done tasks"),
    ("c", "clear(True)", "clear the done tasks; asks first"),
    ("C", "clear(False)", "clear all tasks; asks first"),
    ("r,f5", "reload", "read the tasks anew"),
    ("question_mark", "help", "this help"),
    ("q,ctrl+q", "quit", "leave"),
)
"""Keys as Textual names them, the action, and what it does."""

_SHOWN = {
    "space": "Space", "enter": "Enter", "delete": "Del", "number_sign": "#", "ctrl+z": "Ctrl+Z", "slash": "/",
    "f5": "F5", "question_mark": "?", "ctrl+q": "Ctrl+Q",
}  # fmt: skip


BINDINGS: list[BindingType] = [Binding(keys, action, text) for keys, action, text in KEYS]


def table() -> str:
    """The help."""
    rows = [(" ".join(_SHOWN.get(key, key) for key in keys.split(",")), text) for keys, _, text in KEYS]
    rows.insert(1, ("j k ↓ ↑", "the next task, the one before"))
    rows.insert(2, ("Home End PgUp PgDn", "the first, the last, a screen up, a screen down"))
    return "\n".join(f"{keys:20}{text}" for keys, text in rows)
