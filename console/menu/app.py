"""The menu: what each key does."""

from console import answers
from console.menu import keys
from console.menu.frame import Frame
from console.menu.screens import Form, Page, Question
from console.tasks import Verb


class Menu(Frame):
    """Everything that the commands do."""

    BINDINGS = keys.BINDINGS

    def action_reload(self) -> None:
        """Read the tasks anew."""
        self.do(lambda: "")

    def action_add(self) -> None:
        """Ask for a new task."""

        def add(title: str, description: str) -> str:
            return f"Added {self.tasks.add(title, description).id}."

        self.push_screen(Form(None, add, self.save))

    def action_edit(self) -> None:
        """Change the texts of a task."""
        if task := self.list.current:

            def update(title: str, description: str) -> str:
                self.require_same(task)
                self.tasks.update(task.id, title, description)
                return f"Updated {task.id}."

            self.push_screen(Form(task, update, self.save))

    def action_turn(self) -> None:
        """Complete or reopen."""
        if task := self.list.current:
            verb: Verb = "incomplete" if task.completed else "complete"
            said = f"{'Reopened' if task.completed else 'Completed'} {task.id}."
            self.change(task, lambda: self.tasks.change_many(verb, [task.id]), said)

    def action_delete(self) -> None:
        """Delete a task; undo brings it back."""
        if task := self.list.current:
            self.change(task, lambda: self.tasks.delete_many([task.id]), f"Deleted {task.id}: Ctrl+Z brings it back.")

    def action_undo(self) -> None:
        """Take the last change back."""
        self.do(lambda: f"Undone: {self.tasks.undo()}.")

    def action_clear(self, completed: bool) -> None:
        """Delete the done tasks, or all, of those that are known here."""
        found = [task.id for task in self.known if task.completed or not completed]
        if not found:
            self.say("There is nothing to clear.")
            return

        def clear(yes: bool | None) -> None:
            if yes:
                self.do(lambda: answers.deleted(self.tasks.clear(completed=completed, only=found)).message)

        kind = "completed task" if completed else "task"
        self.push_screen(Question(f"Delete {answers.counted(len(found), kind)}?"), clear)

    def action_details(self) -> None:
        """All fields of a task."""
        if task := self.list.current:
            self.push_screen(Page(answers.whole(task).data().rstrip()))

    def action_filter(self) -> None:
        """The next of all, open, done."""
        self.next_filter()

    def action_search(self) -> None:
        """Type what to look for; the list follows."""
        self.search.display = True
        self.search.focus()

    def action_help(self) -> None:
        """The keys."""
        self.push_screen(Page(keys.table()))
