"""What lies over the list for a moment: a question, a text to read, the form for a task."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from console.task import Task
from todo.rules import DESCRIPTION_MAX

_CSS = """
{name} {{ align: center middle; }}
{name} > #box {{ width: 76; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
    border: round $primary; background: $surface; }}
"""


class Page(ModalScreen[None]):
    """A text to read."""

    DEFAULT_CSS = _CSS.format(name="Page")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,question_mark", "dismiss", "Back"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The text, which can be scrolled."""
        with VerticalScroll(id="box"):
            yield Static(self._text, markup=False)


class Question(ModalScreen[bool]):
    """A question that is answered with y or n."""

    DEFAULT_CSS = _CSS.format(name="Question")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,Y", "dismiss(True)", "Yes"),
        Binding("n,N,escape,enter,q", "dismiss(False)", "No"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The question."""
        yield Static(f"{self._text} [y/N]", id="box", markup=False)


class Form(ModalScreen[None]):
    """Title and description of a task, new or not. It stays, with what was typed, until saving succeeds."""

    DEFAULT_CSS = (
        _CSS.format(name="Form")
        + """
    Form Input { background: $boost; }
    Form TextArea { height: 6; background: $boost; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "dismiss", "Leave everything as it was", priority=True),
    ]

    def __init__(self, task: Task | None, change: Callable[[str, str], str], save: Callable[["Form"], None]) -> None:
        """`change` takes title and description to the tasks and answers what to say; `save` has it done."""
        super().__init__()
        self._edited = task
        self.change = change
        self._save = save

    def compose(self) -> ComposeResult:
        """The two fields, and room for a refusal."""
        task = self._edited
        with Vertical(id="box"):
            yield Static(f"Task {task.id}" if task else "New task", markup=False)
            yield Input(task.title if task else "", placeholder="Title", select_on_focus=False, compact=True)
            yield TextArea(
                task.description if task else "",
                placeholder=f"Description, at most {DESCRIPTION_MAX} characters",
                tab_behavior="focus",
                compact=True,
            )
            yield Static("Enter or Ctrl+S saves, Tab goes on, Escape leaves", id="refusal", markup=False)

    @property
    def typed(self) -> tuple[str, str]:
        """Title and description as they stand there."""
        return self.query_one(Input).value, self.query_one(TextArea).text

    @property
    def is_dirty(self) -> bool:
        """Whether anything was typed that is not yet saved."""
        return self.typed != ((self._edited.title, self._edited.description) if self._edited else ("", ""))

    def on_input_submitted(self) -> None:
        """Enter in the title saves."""
        self.action_save()

    def action_save(self) -> None:
        """Hand over what was typed."""
        self._save(self)

    def refuse(self, sentence: str) -> None:
        """Say why it was not saved."""
        self.query_one("#refusal", Static).update(sentence)
