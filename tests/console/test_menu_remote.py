"""The menu on an account, driven by its keys at 80x24; what it did is asked of the real server, which also goes away."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Static

from console.menu.app import Menu
from console.menu.screens import Form, Page
from console.remote.account import kept
from console.remote.client import Client
from console.remote.tasks import RemoteTasks
from tests.conftest import Person, Server
from tests.console.calls import Console, log_in
from tests.console.link import Link, linked
from tests.console.test_menu import lines, press, settle, status


def play(run: Callable[[Pilot[None], Menu], Awaitable[None]]) -> None:
    """On the account that is logged in; what fails is tried again for half a second."""
    account = kept()
    assert account is not None

    async def whole() -> None:
        menu = Menu(RemoteTasks(account, Client(account, patience=0.5)))
        async with menu.run_test(size=(80, 24)) as pilot:
            await settle(pilot, menu)
            await run(pilot, menu)
            assert {cell_len(line) for line in lines(menu)} <= {80}

    asyncio.run(whole())


def shown(menu: Menu) -> list[str]:
    return [line.strip() for line in lines(menu) if line.strip()]


def refusal(menu: Menu) -> str:
    assert isinstance(menu.screen, Form)
    return str(menu.screen.query_one("#refusal", Static).content)


def test_everything_by_its_keys(afar: Console, ada: Person) -> None:
    async def run(pilot: Pilot[None], menu: Menu) -> None:
        await press(pilot, menu, "n", *"Call Grace", "tab", *"soon", "ctrl+s")
        await press(pilot, menu, "n", *"Write 日本語", "enter")
        assert [(task["title"], task["description"]) for task in ada.tasks()] == [
            ("Call Grace", "soon"),
            ("Write 日本語", ""),
        ]
        await press(pilot, menu, "slash", *"GRACE")
        assert shown(menu) == ["[ ] 1 Call Grace …"]
        await press(pilot, menu, "enter", "enter")
        assert isinstance(menu.screen, Page)
        assert f"user_id:     {ada.id}" in str(menu.screen.query_one(Static).content)
        await press(pilot, menu, "escape", "e", "end", *"!", "ctrl+s")
        assert (status(menu), ada.tasks()[0]["title"]) == ("Updated 1.", "Call Grace!")
        await press(pilot, menu, "x", "escape")
        assert shown(menu) == ["[x] 1 Call Grace! …", "[ ] 2 Write 日本語"]
        await press(pilot, menu, "c", "y")
        assert [task["number"] for task in ada.tasks()] == [2]
        await press(pilot, menu, "C", "y")
        assert ada.tasks() == []
        await press(pilot, menu, *"uuuu")
        assert [(task["title"], task["completed"]) for task in ada.tasks()] == [
            ("Call Grace", False),
            ("Write 日本語", False),
        ]
        ada.client.patch("/api/v1/tasks/1", json={"title": "Elsewhere"})
        await press(pilot, menu, "home", "delete")
        assert "changed elsewhere" in status(menu)
        await press(pilot, menu, "delete")
        assert [task["number"] for task in ada.tasks()] == [2]

    play(run)


def test_the_server_goes_away_and_comes_back(
    todo: Console, server: Server, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ada.add("Call Grace")
    with ExitStack() as up:
        port = up.enter_context(linked(server.url)).server_port
        log_in(todo, f"http://127.0.0.1:{port}", ada, monkeypatch)

        async def away() -> None:
            await asyncio.to_thread(up.close)

        async def run(pilot: Pilot[None], menu: Menu) -> None:
            await press(pilot, menu, "n", *"Typed while")
            await away()
            await press(pilot, menu, *" away", "ctrl+s")
            assert "cannot be reached" in refusal(menu)
            assert shown(menu) == ["[ ] 1 Call Grace"]
            up.enter_context(linked(server.url, port))
            await press(pilot, menu, "ctrl+s")
            assert (status(menu), ada.tasks()[1]["title"]) == ("Added 2.", "Typed while away")
            await away()
            for keys in ("x", "delete", "u", "r"):
                await press(pilot, menu, keys)
                assert "cannot be reached" in status(menu), keys
            await press(pilot, menu, "C", "y")
            assert "cannot be reached" in status(menu)
            await press(pilot, menu, "slash", *"while")
            assert shown(menu) == ["[ ] 2 Typed while away"]
            await press(pilot, menu, "escape")
            assert ada.tasks()[0] == first
            up.enter_context(linked(server.url, port))
            await press(pilot, menu, "home", "x")
            assert status(menu) == "Completed 1."
            assert [task["completed"] for task in ada.tasks()] == [True, False]
            await press(pilot, menu, "u", "u")
            assert ada.tasks() == [{**first, "updated_at": ada.tasks()[0]["updated_at"]}]

        play(run)


def test_a_lost_answer_in_the_menu(afar: Console, link: Link, ada: Person) -> None:
    ada.add("Call Grace")

    async def run(pilot: Pilot[None], menu: Menu) -> None:
        async def lost(*keys: str) -> None:
            """As far as the question whether the task is the same, the server can be heard."""
            link.silent_to = "POST"
            await press(pilot, menu, *keys)

        await lost("e", "end", *"!", "ctrl+s")
        assert "The same command again does it once." in refusal(menu)
        link.silent_to = ""
        await press(pilot, menu, "ctrl+s")
        assert (status(menu), ada.tasks()[0]["title"]) == ("Updated 1.", "Call Grace!")
        await lost("x")
        assert "The same command again does it once." in status(menu)
        link.silent_to = ""
        await press(pilot, menu, "x")
        assert (status(menu), ada.tasks()[0]["completed"]) == ("Completed 1.", True)
        await lost("n", *"Once", "enter")
        assert "The same command again does it once." in refusal(menu)
        link.silent_to = ""
        await press(pilot, menu, "enter")
        assert [task["title"] for task in ada.tasks()] == ["Call Grace!", "Once"]
        await press(pilot, menu, *"uuu")
        assert [(task["title"], task["completed"]) for task in ada.tasks()] == [("Call Grace", False)]

    play(run)
