"""What the rules keep and what they refuse, as data. Rule, console, API and table all answer to this one list."""

from dataclasses import dataclass

WOMAN_AND_ROCKET = "👩‍🚀"
"""One emoji on the screen, three code points."""


@dataclass(frozen=True)
class RuleCase:
    """The fields of a task as somebody sends them; what is kept of the last one, or `fault`, the field refused."""

    name: str
    fields: dict[str, object]
    kept: object = None
    fault: str | None = None

    def __str__(self) -> str:
        return self.name


def _title(name: str, value: object, kept: object = None) -> RuleCase:
    return RuleCase(f"title: {name}", {"title": value}, kept, None if kept is not None else "title")


def _description(name: str, value: object, kept: object = None) -> RuleCase:
    fields = {"title": "Call Ada", "description": value}
    return RuleCase(f"description: {name}", fields, kept, None if kept is not None else "description")


def _completed(name: str, value: object, kept: object = None) -> RuleCase:
    fields = {"title": "Call Ada", "completed": value}
    return RuleCase(f"completed: {name}", fields, kept, None if kept is not None else "completed")


RULE_CASES = [
    _title("empty", ""),
    _title("one letter", "a", "a"),
    _title("100 letters", "x" * 100, "x" * 100),
    _title("101 letters", "x" * 101),
    _title("100 letters between spaces", f"  {'x' * 100}\n", "x" * 100),
    _title("100 emoji", "🎉" * 100, "🎉" * 100),
    _title("101 emoji", "🎉" * 101),
    _title("99 code points of joined emoji", WOMAN_AND_ROCKET * 33, WOMAN_AND_ROCKET * 33),
    _title("102 code points of joined emoji", WOMAN_AND_ROCKET * 34),
    _title("100 combining marks", "e" + "\u0301" * 99, "e" + "\u0301" * 99),
    _title("spaces only", "   "),
    _title("tabs and newlines only", "\t\n\r\x0b\x0c"),
    _title("em space only", "\u2003"),
    _title("no-break space only", "\u00a0"),
    _title("file separator only", "\x1c\x1d\x1e\x1f"),
    _title("next line only", "\x85"),
    _title("line separator only", "\u2028\u2029"),
    _title("ideographic space only", "\u3000"),
    _title("spaces around", "  Call Ada  ", "Call Ada"),
    _title("em space and no-break space around", "\u2003Call Ada\u00a0", "Call Ada"),
    _title("separators around", "\x1cCall Ada\x1f", "Call Ada"),
    _title("spaces inside", "Call  Ada", "Call  Ada"),
    _title("newline inside", "Call\nAda", "Call\nAda"),
    _title("zero width space, which is no white space", "\u200b", "\u200b"),
    _title("byte order mark, which is no white space", "\ufeff", "\ufeff"),
    _title("not normalized", "e\u0301 \ufb01", "e\u0301 \ufb01"),
    _title("right to left", "שלום \u202eעולם", "שלום \u202eעולם"),
    _title("control characters", "bell\x07 escape\x1b[31m", "bell\x07 escape\x1b[31m"),
    _title("markup", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    _title("the last code point", "\U0010ffff", "\U0010ffff"),
    _title("NUL", "nul\x00inside"),
    _title("NUL at the end", "nul\x00"),
    _title("lone high surrogate", "half \ud83d"),
    _title("lone low surrogate", "\udc80 half"),
    _title("number", 42),
    _title("null", None),
    _title("list", ["Call Ada"]),
    _description("empty", "", ""),
    _description("500 letters", "y" * 500, "y" * 500),
    _description("501 letters", "y" * 501),
    _description("500 emoji", "🎉" * 500, "🎉" * 500),
    _description("501 emoji", "🎉" * 501),
    _description("white space is kept", "  two\n\tlines \u2003", "  two\n\tlines \u2003"),
    _description("white space only", " \n ", " \n "),
    _description("white space counts", " " * 501),
    _description("NUL", "nul\x00inside"),
    _description("lone surrogate", "half \udfff"),
    _description("number", 42),
    _description("null", None),
    _completed("true", True, True),
    _completed("false", False, False),
    _completed("one", 1),
    _completed("zero", 0),
    _completed("text", "true"),
    _completed("null", None),
]
"""Titles, descriptions and completions, each the only thing that can be at fault in its task."""

NUMBER_CASES: list[tuple[str, object, bool]] = [
    ("one", 1, True),
    ("the highest", 2**53 - 1, True),
    ("above the highest", 2**53, False),
    ("zero", 0, False),
    ("negative", -3, False),
    ("true", True, False),
    ("text", "15", False),
    ("fraction", 1.5, False),
    ("whole float", 1.0, False),
    ("null", None, False),
]
"""Name, the number of a record, and whether it may be one."""

TYPED_NUMBER_CASES: list[tuple[str, int | None]] = [
    ("1", 1),
    ("20", 20),
    ("9007199254740991", 2**53 - 1),
    ("9007199254740992", None),
    ("9" * 5000, None),
    ("0", None),
    ("01", None),
    ("-1", None),
    ("+1", None),
    ("1.0", None),
    ("1e3", None),
    (" 1", None),
    ("1\n", None),
    ("", None),
    ("abc", None),
    ("１", None),
    ("١", None),
    ("²", None),
]
"""A number as a person types it, and which one it is: None is nobody's."""

NEXT_NUMBER_CASES: list[tuple[str, list[int], int]] = [
    ("the first", [], 1),
    ("after one", [1], 2),
    ("gaps stay", [1, 2, 5], 6),
    ("the order does not matter", [7, 2, 3], 8),
]
"""Name, the numbers present, and that of a new task."""
