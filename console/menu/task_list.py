"""The list of tasks: only the lines on the screen are drawn, so ten thousand tasks are as quick as ten."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.task import Task
from todo.terminal import visible


class TaskList(ScrollView, can_focus=True):
    """Tasks, one a line, and a cursor that stays on its task when the list changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Next"),
        Binding("k,up", "move(-1)", "Previous"),
        Binding("pagedown", "page(1)", "A page down"),
        Binding("pageup", "page(-1)", "A page up"),
        Binding("home,g", "go(0)", "First"),
        Binding("end,G", "go(-1)", "Last"),
    ]
    DEFAULT_CSS = "TaskList { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._tasks: Sequence[Task] = ()
        self._cursor = 0

    @property
    def current(self) -> Task | None:
        """The task that the cursor is on."""
        return self._tasks[self._cursor] if self._tasks else None

    def show(self, tasks: Sequence[Task], *, number: int | None = None) -> None:
        """Show these; the cursor goes to task `number`, else it stays on its task, or at its place if that has gone."""
        wanted = number if number is not None else (self.current.id if self.current else None)
        self._tasks = tasks
        places = (place for place, task in enumerate(tasks) if task.id == wanted)
        self._cursor = max(0, min(next(places, self._cursor), len(tasks) - 1))
        self.virtual_size = Size(0, len(tasks))
        self.refresh()
        self._follow()

    def action_move(self, by: int) -> None:
        """Move the cursor by so many lines."""
        self._cursor = max(0, min(self._cursor + by, len(self._tasks) - 1))
        self.refresh()
        self._follow()

    def action_page(self, by: int) -> None:
        """Move the cursor by so many screens."""
        self.action_move(by * max(1, self.size.height - 1))

    def action_go(self, place: int) -> None:
        """Move the cursor to the first or, with -1, to the last task."""
        self.action_move((place if place >= 0 else len(self._tasks)) - self._cursor)

    def on_click(self, event: Click) -> None:
        """The cursor goes where the person points."""
        self.action_move(event.y + self.scroll_offset.y - self._cursor)

    def render_line(self, y: int) -> Strip:
        """One line of the screen, counted from its top."""
        place = y + self.scroll_offset.y
        width = self.size.width
        if place >= len(self._tasks):
            return Strip.blank(width)
        task = self._tasks[place]
        here = place == self._cursor
        number = f"{task.id:>{len(str(self._tasks[-1].id))}}"
        style = Style(reverse=here, dim=task.completed and not here)
        text = f"[{'x' if task.completed else ' '}] {number} {visible(task.title).expandtabs(1)}"
        if task.description:
            text += " …"
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def _follow(self) -> None:
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True)
