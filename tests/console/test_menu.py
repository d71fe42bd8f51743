"""The menu, driven by its keys; what it did is looked up in the file."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from console.local import LocalTasks
from console.menu.app import Menu
from console.menu.screens import Form, Page
from console.task import Task
from console.tasks import NewTask
from todo.storage import TaskFile

AWKWARD = ["Grüße 🎉👩‍👩‍👧 שלום 日本語", "x" * 100, "日" * 100, "\x1b[31mred\nline", "[bold]no markup[/]", "مهمة جديدة"]
Play = Callable[[Pilot[None], Menu], Awaitable[None]]


def play(path: Path, run: Play, size: tuple[int, int] = (80, 24), tasks: LocalTasks | None = None) -> None:
    async def whole() -> None:
        menu = Menu(tasks or LocalTasks(TaskFile(path), None, None))
        async with menu.run_test(size=size) as pilot:
            await settle(pilot, menu)
            await run(pilot, menu)

    asyncio.run(whole())


async def settle(pilot: Pilot[None], menu: Menu) -> None:
    await menu.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], menu: Menu, *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot, menu)


def status(menu: Menu) -> str:
    return str(menu.query("#status").first(Static).content)


def records(path: Path) -> list[dict[str, object]]:
    return list(json.loads(path.read_bytes()))


def lines(menu: Menu) -> list[str]:
    return [menu.list.render_line(y).text for y in range(menu.list.size.height)]


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    path = tmp_path / "tasks.json"
    LocalTasks(TaskFile(path), None, None).add_many([NewTask(title) for title in AWKWARD])
    return path


def test_adding_and_undo(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"

    async def run(pilot: Pilot[None], menu: Menu) -> None:
        await press(pilot, menu, "n", *"Call Ada", "tab", *"soon", "ctrl+s")
        assert not isinstance(menu.screen, Form)
        assert [(task["title"], task["description"]) for task in records(path)] == [("Call Ada", "soon")]
        assert status(menu) == "Added 1."
        await press(pilot, menu, "n", *"q", "enter")
        assert len(records(path)) == 2
        await press(pilot, menu, "ctrl+z", "u")
        assert records(path) == []
        await press(pilot, menu, "u")
        assert status(menu) == "There is nothing to undo."
        await press(pilot, menu, "n", *"never", "escape")
        assert records(path) == []

    play(path, run)


def test_a_refused_text_stays_in_the_form(awkward: Path) -> None:
    async def run(pilot: Pilot[None], menu: Menu) -> None:
        await press(pilot, menu, "e", "tab")
        menu.screen.query_one(TextArea).text = "x" * 501
        await press(pilot, menu, "ctrl+s")
        assert isinstance(menu.screen, Form)
        assert "cannot be longer than 500" in str(menu.screen.query_one("#refusal", Static).content)
        menu.screen.query_one(TextArea).text = "line\nline"
        await press(pilot, menu, "ctrl+s")
        assert records(awkward)[0]["description"] == "line\nline"

    play(awkward, run)


def test_completing_deleting_and_moving(awkward: Path) -> None:
    async def run(pilot: Pilot[None], menu: Menu) -> None:
        await press(pilot, menu, "x", "j", "space", "down", "k", "end", "home", "j", "j")
        assert [task["completed"] for task in records(awkward)] == [True, True, False, False, False, False]
        await press(pilot, menu, "x", "x", "delete")
        assert [task["id"] for task in records(awkward)] == [1, 2, 4, 5, 6]
        assert menu.list.current is not None
        assert menu.list.current.id == 4
        await press(pilot, menu, "ctrl+z")
        assert len(records(awkward)) == 6
        await press(pilot, menu, "c", "n")
        assert len(records(awkward)) == 6
        await press(pilot, menu, "c", "y")
        assert [task["id"] for task in records(awkward)] == [3, 4, 5, 6]
        await press(pilot, menu, "C", "y")
        assert records(awkward) == []
        await press(pilot, menu, "C", "x", "e", "delete", "enter", "j", "k", "end")
        assert menu.list.current is None

    play(awkward, run)


def test_search_and_filter(awkward: Path) -> None:
    async def run(pilot: Pilot[None], menu: Menu) -> None:
        await press(pilot, menu, "slash", *"GRÜSSE")
        assert [line[:8].strip() for line in lines(menu) if line.strip()] == ["[ ] 1 Gr"]
        await press(pilot, menu, "enter", "x", "f")
        assert menu.list.current is None
        await press(pilot, menu, "f", "escape")
        assert [line[:5] for line in lines(menu) if line.strip()] == ["[x] 1"]
        await press(pilot, menu, "f")
        assert len([line for line in lines(menu) if line.strip()]) == 6

    play(awkward, run)


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (20, 6), (9, 4), (200, 60)])
def test_no_text_breaks_the_layout(awkward: Path, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[None], menu: Menu) -> None:
        assert {cell_len(line) for line in lines(menu)} <= {menu.list.size.width}
        assert not any("\x1b" in line or "\n" in line for line in lines(menu))
        for keys in (["enter"], ["question_mark"], ["e"]):
            await press(pilot, menu, *keys)
            assert menu.screen is not menu.screen_stack[0]
            await press(pilot, menu, "escape")
            assert menu.screen is menu.screen_stack[0]
        await press(pilot, menu, "j", "x")
        assert records(awkward)[1]["completed"] is True

    play(awkward, run, size)


def test_details_and_help(awkward: Path) -> None:
    async def run(pilot: Pilot[None], menu: Menu) -> None:
        await press(pilot, menu, "enter")
        assert isinstance(menu.screen, Page)
        assert "created_at:" in str(menu.screen.query_one(Static).content)
        await press(pilot, menu, "q", "question_mark")
        assert "Ctrl+Z" in str(menu.screen.query_one(Static).content)
        await press(pilot, menu, "enter")
        assert menu.is_running

    play(awkward, run)


def test_what_another_program_changed_is_not_acted_on(awkward: Path) -> None:
    other = LocalTasks(TaskFile(awkward), None, None)

    async def run(pilot: Pilot[None], menu: Menu) -> None:
        other.update(1, "Something else", None)
        await press(pilot, menu, "x")
        assert "changed elsewhere" in status(menu)
        assert records(awkward)[0]["completed"] is False
        assert "Something else" in lines(menu)[0]
        other.delete_many([1])
        await press(pilot, menu, "delete")
        assert status(menu) == "There is no task 1."
        assert len(records(awkward)) == 5
        await asyncio.to_thread(awkward.write_text, "{}")
        await press(pilot, menu, "x")
        assert "not a JSON array" in status(menu)

    play(awkward, run)


def test_a_slow_place_freezes_nothing(awkward: Path) -> None:
    gate, tasks = threading.Event(), LocalTasks(TaskFile(awkward), None, None)
    really = tasks.change_many

    def slow(*given: object) -> list[Task]:
        assert gate.wait(20)
        return really(*given)  # type: ignore[arg-type]

    tasks.change_many = slow  # type: ignore[method-assign, assignment]

    async def run(pilot: Pilot[None], menu: Menu) -> None:
        await pilot.press("x", "j", "j", "slash", *"xx")
        assert status(menu) == "…"
        assert menu.search.value == "xx"
        assert len([line for line in lines(menu) if line.strip()]) == 1
        gate.set()
        await settle(pilot, menu)
        assert status(menu) == "Completed 1."

    play(awkward, run, tasks=tasks)


def test_ten_thousand(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    LocalTasks(TaskFile(path), None, None).add_many([NewTask(f"Task {number}") for number in range(10_000)])

    async def run(pilot: Pilot[None], menu: Menu) -> None:
        drawn = 0
        render_line = menu.list.render_line

        def counted(y: int) -> object:
            nonlocal drawn
            drawn += 1
            return render_line(y)

        menu.list.render_line = counted  # type: ignore[method-assign, assignment]
        await press(pilot, menu, "end")
        assert menu.list.current is not None
        assert menu.list.current.id == 10_000
        assert "Task 9999" in menu.list.render_line(menu.list.size.height - 1).text
        await press(pilot, menu, "x", *["pageup"] * 5, *"kkkkk")
        # What is drawn depends on the screen, not on the number of tasks.
        assert drawn < 30 * 24

    play(path, run)
