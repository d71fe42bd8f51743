"""Nothing on the screen that the terminal would obey: the fields of a form hold a text as it is."""

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from todo.terminal import CONTROLS

_UNDRAWN = dict.fromkeys(CONTROLS)


class Tame(App[None]):
    """An app that leaves control characters out, whatever widget draws them. None of them takes room."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Those of the framework, and ours."""
        return [*super().get_line_filters(), _FILTER]


class _Filter(LineFilter):
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of one line."""
        return [Segment(text.translate(_UNDRAWN), style, control) for text, style, control in segments]


_FILTER = _Filter()
