"""`todo export` and `todo import`: what would get lost is told before anything is written."""

import sys
from collections.abc import Sequence
from pathlib import Path

from console import answers, asking
from console.answers import Answer
from console.arguments import Words
from console.asking import NotConfirmed
from console.exchange import chosen, reading, writing
from console.exit_codes import ExitCode
from console.task import Task
from console.tasks import Tasks
from todo import files, json_text
from todo.errors import StorageError
from todo.terminal import visible


def export(tasks: Tasks, words: Words) -> Answer:
    """The tasks in a format, on stdout or in a file; a file that is there is replaced only with `--yes`."""
    file = words.arguments[1] if len(words.arguments) > 1 else ""
    name = chosen(words.values.get("--format"), file)
    found = tasks.find()
    written = writing.write(name, found)
    told = {"success": True, "exported": len(found), "format": name, "losses": written.losses}
    report = [f"Not carried: {loss}." for loss in written.losses]
    if not file:
        return Answer(lambda: {**told, "text": written.text}, lambda: written.text, report=report)
    path = Path(file)
    if path.exists() and "--yes" not in words.flags:
        raise StorageError(f"{file} is there already: --yes replaces it.")
    files.replace_whole(path, json_text.encode(written.text))
    return Answer(lambda: told, message=f"Exported {answers.counted(len(found))} to {file}.", report=report, made=True)


def take_in(tasks: Tasks, words: Words) -> Answer:
    """Add the tasks of a file, all that no rule refuses, as one change; asks first unless `--yes`."""
    file = words.arguments[1]
    data = sys.stdin.buffer.read() if file == "-" and sys.stdin else files.read_whole(Path(file))
    if data is None:
        raise StorageError(f"{file} is not there: give the name of a file, or - for standard input.")
    try:
        found = reading.read(chosen(words.values.get("--format"), file), json_text.decode(data))
    except StorageError as error:
        raise StorageError(f"{file}: {error}") from error
    report = [f"{answers.counted(len(found.tasks))} to add, {len(found.refused)} refused."]
    report += [f"Refused: {one}" for one in found.refused] + [f"Not carried: {loss}." for loss in found.losses]
    dry = "--dry-run" in words.flags
    told = {"dry_run": dry, "to_add": len(found.tasks), "imported": 0, "losses": found.losses, "refused": found.refused}
    if not dry and found.tasks and "--yes" not in words.flags:
        try:
            report = _confirm(report, file)
        except NotConfirmed as error:
            refused = answers.refusal(str(error), ExitCode.ERROR)
            on_stderr = [] if file != "-" and asking.is_possible() else report
            return refused._replace(json=lambda: {**refused.json(), **told}, report=on_stderr)
    added: list[Task] = [] if dry else tasks.add_many(found.tasks)
    report += [] if dry else [f"Added {answers.counted(len(added))}."]
    told["imported"] = len(added)
    return Answer(
        lambda: {"success": True, **told}, report=report, ids=lambda: [task.id for task in added], made=bool(added)
    )


def _confirm(report: Sequence[str], file: str) -> list[str]:
    """Ask whether to add what the report tells; what is left to tell. Raises `NotConfirmed`."""
    if file == "-":
        raise NotConfirmed("From standard input there is nobody to ask: --yes or --dry-run.")
    asking.confirm("\n".join(map(visible, report)) + "\nAdd them?", "Importing adds tasks")
    return []
