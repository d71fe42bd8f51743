"""The command from its words to its exit code. The edge: every failure becomes one sentence here."""

import sys
from collections.abc import Collection, Sequence
from contextlib import suppress

from console import answers, arguments, late, menu, places, streams, usage
from console.answers import Answer
from console.arguments import Words
from console.commands import COMMANDS
from console.exit_codes import ExitCode, UsageError, exit_code
from todo.errors import TodoError
from todo.terminal import visible


def run(given: Sequence[str]) -> int:
    """Do what the words ask, say what came of it, and answer the exit code."""
    words = arguments.read(given)
    notices: list[str] = []
    try:
        answer = _answer(words, notices)
    except (TodoError, UsageError) as error:
        answer = answers.refusal(str(error), exit_code(error))
    except RecursionError:
        answer = answers.refusal("A record is nested too deep.", ExitCode.ERROR)
    except OSError as error:
        answer = answers.refusal(f"{error.filename or 'The system'}: {error.strerror}.", ExitCode.ERROR)
    return _tell(answer, notices, words.flags)


def _answer(words: Words, notices: list[str]) -> Answer:
    name = words.arguments[0] if words.arguments else None
    if name is not None and name not in COMMANDS:
        raise UsageError(f"There is no command {name}: `todo --help` lists them.")
    if words.problem:
        raise words.problem
    if "--version" in words.flags:
        return late.version()
    if name is None and {"--help", "--json"}.isdisjoint(words.flags) and menu.is_possible():
        words.arguments = [name := "menu"]
    if name is None:
        return answers.text(usage.overview())
    command = COMMANDS[name]
    if "--help" in words.flags:
        return answers.text(usage.of(command))
    command.check(words)
    if "--local" in words.flags and "--server" in words.flags:
        raise UsageError("--local and --server contradict each other.")
    if command.run is None:
        return places.run(name, words, notices)
    tasks = places.tasks(words)
    try:
        return command.run(tasks, words)
    finally:
        notices += tasks.notices


def _tell(answer: Answer, notices: Sequence[str], flags: Collection[str]) -> int:
    as_json, quiet = "--json" in flags, "--quiet" in flags
    told = (answer.message or answer.report) and not as_json and not (quiet and answer.code == ExitCode.DONE)
    _tell_person([*dict.fromkeys(notices), *([*answer.report, answer.message] if told else [])])
    try:
        if as_json:
            streams.write_json(answer.json())
        elif quiet:
            streams.write(sys.stdout, "".join(f"{number}\n" for number in answer.ids()))
        else:
            streams.write(sys.stdout, streams.coloured(sys.stdout, answer.data()))
    except OSError as error:
        but = "The change was made, but the" if answer.made else "The"
        _tell_person([f"todo: {but} answer cannot be written: {error.strerror}."])
        return ExitCode.ERROR
    return answer.code


def _tell_person(sentences: Sequence[str]) -> None:
    # Where even stderr is full there is nobody left to tell.
    with suppress(OSError):
        text = "".join(f"{visible(sentence)}\n" for sentence in sentences if sentence)
        streams.write(sys.stderr, streams.coloured(sys.stderr, text))
