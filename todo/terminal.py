"""Other people's texts on a terminal, which obeys the control characters in them."""

import re

_HARMLESS = "\t"
CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
_LEFT_BY_JSON = re.compile("[\x7f-\x9f]")
_VISIBLE = {code: ascii(chr(code))[1:-1] for code in CONTROLS if chr(code) not in _HARMLESS}


def visible(shown: str) -> str:
    """The text on one line: control characters, which a terminal would obey, as their escapes."""
    return shown if shown.isprintable() else shown.translate(_VISIBLE)


def visible_json(text: str) -> str:
    """The same JSON, with escapes for the control characters that JSON lets through."""
    return _LEFT_BY_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
