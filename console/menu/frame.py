"""What the menu looks like, and how what a person does there gets to the tasks and back."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.widgets import Input, Static

from console.menu.screens import Form
from console.menu.tame import Tame
from console.menu.task_list import TaskList
from console.menu.work import Outcome, Work
from console.task import Task
from console.tasks import Tasks
from todo import rules
from todo.terminal import visible

_FILTERS: dict[str, bool | None] = {"all": None, "open": False, "done": True}


class Frame(Tame):
    """A line that says what is shown, the list, the search, a line for what happened."""

    TITLE = "todo"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #head, #status { height: 1; padding: 0 1; background: $boost; }
    #search { padding: 0 1; display: none; }
    """

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.tasks = tasks
        self.known: Sequence[Task] = ()
        """All tasks, as last read."""
        self._work = Work(tasks)
        self._filter = "all"
        self._hung_up = self._saving = self._saved = False
        self.list = TaskList()
        self.search = Input(placeholder="Search", id="search", max_length=rules.SEARCH_MAX, compact=True)
        self._head = Static("Reading …", id="head", markup=False)
        self._status = Static("? lists the keys", id="status", markup=False)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield from (self._head, self.list, self.search, self._status)

    def on_mount(self) -> None:
        """Read the tasks; let nothing typed be lost when the terminal goes away."""
        for number in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._leave_in_haste, number)
        # Not by the loop: it may wait for the terminal that is gone, since at the SIGCONT of a hang-up Textual draws anew.
        signal.signal(signal.SIGHUP, lambda number, _: self._leave_in_haste(number))
        self.list.focus()
        self.do(lambda: "? lists the keys")

    def on_input_changed(self, event: Input.Changed) -> None:
        """The list follows what is looked for."""
        if event.input is self.search:
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter leads from the search into what it found."""
        if event.input is self.search:
            self.list.focus()

    def key_escape(self) -> None:
        """Ends the search."""
        self.search.value, self.search.display = "", False
        self.list.focus()

    def next_filter(self) -> None:
        """All, open, done, and all again."""
        names = [*_FILTERS]
        self._filter = names[(names.index(self._filter) + 1) % len(names)]
        self._show()

    def require_same(self, seen: Task) -> None:
        """Raises `ChangedMeanwhile` where a task is no longer what the person saw, and `TaskNotFound`."""
        self._work.require_same(seen)

    def change(self, seen: Task, change: Callable[[], object], said: str) -> None:
        """Change a task, if it is still what the person saw."""

        def checked() -> str:
            self.require_same(seen)
            change()
            return said

        self.do(checked)

    def save(self, form: Form) -> None:
        """Save what stands in a form, which then closes."""
        typed = form.typed
        self.do(lambda: form.change(*typed), form)

    def do(self, change: Callable[[], str], form: Form | None = None) -> None:
        """Do this in a thread, then show the tasks and what it has to say."""
        self.say("…")

        async def work() -> None:
            self._tell(await asyncio.to_thread(self._work.do, change), form)

        self.run_worker(work(), exit_on_error=True)

    def say(self, sentence: str) -> None:
        """In the last line."""
        self._status.update(visible(sentence))

    def _tell(self, outcome: Outcome, form: Form | None) -> None:
        if outcome.tasks is not None:
            self.known = outcome.tasks
            self._show()
        self.say(outcome.said)
        if form and form.is_current:
            if outcome.done:
                form.dismiss()
            else:
                form.refuse(outcome.said)

    def _show(self) -> None:
        wanted, search = _FILTERS[self._filter], self.search.value
        shown = [
            task
            for task in self.known
            if wanted in (None, task.completed) and (not search or rules.matches(search, task.title, task.description))
        ]
        self.list.show(shown)
        done = sum(task.completed for task in self.known)
        self._head.update(f"{self._filter}: {len(shown)}  ·  {len(self.known) - done} open, {done} done")

    def _leave_in_haste(self, number: int) -> None:
        """What was typed into a form is saved, which undo can take back; then the menu ends."""
        self._hung_up |= number == signal.SIGHUP
        if self._saving:
            return  # a hang-up in the middle of it, which ends below
        self._saving = True
        try:
            form = self.screen
            if not self._saved and isinstance(form, Form) and form.is_dirty:
                typed = form.typed
                self._work.do(lambda: form.change(*typed))
        finally:
            self._saved, self._saving = True, False
            if self._hung_up:
                # There is no terminal left to put in order, and trying to would wait for it.
                os._exit(128 + signal.SIGHUP)
        self.exit()
