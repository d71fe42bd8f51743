"""`todo export` and `todo import`: what would get lost is told before anything is written."""

import sys
from pathlib import Path

from console import answers, asking
from console.answers import Answer
from console.arguments import Words
from console.exchange import chosen, reading, writing
from console.exit_codes import ExitCode, UsageError
from console.task import Task
from console.tasks import Tasks
from todo import files, json_text
from todo.errors import StorageError


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
    return Answer(lambda: told, message=f"Exported {len(found)} tasks to {file}.", report=report)


def take_in(tasks: Tasks, words: Words) -> Answer:
    """Add the tasks of a file, all that no rule refuses, as one change; asks first unless `--yes`."""
    file = words.arguments[1]
    data = sys.stdin.buffer.read() if file == "-" and sys.stdin else files.read_whole(Path(file))
    if data is None:
        raise StorageError(f"{file} is not there.")
    try:
        found = reading.read(chosen(words.values.get("--format"), file), json_text.decode(data))
    except StorageError as error:
        raise StorageError(f"{file}: {error}") from error
    report = [f"{len(found.tasks)} tasks to add, {len(found.refused)} refused."]
    report += [f"Refused: {one}" for one in found.refused] + [f"Not carried: {loss}." for loss in found.losses]
    dry = "--dry-run" in words.flags
    if not dry and found.tasks and "--yes" not in words.flags:
        if file == "-":
            raise UsageError("From standard input there is nobody to ask: --yes or --dry-run.", ExitCode.ERROR)
        asking.confirm("\n".join(map(answers.visible, report)) + "\nAdd them?", "Importing adds tasks")
        report = []
    added: list[Task] = [] if dry else tasks.add_many(found.tasks)
    report += [] if dry else [f"Added {len(added)} tasks."]
    told = {"success": True, "imported": len(added), "losses": found.losses, "refused": found.refused}
    return Answer(lambda: told, report=report, ids=lambda: [task.id for task in added])
