"""A few operations through the page in Chromium, compared with the rules and with the console on a file."""

import re
import tempfile
import time
from pathlib import Path
from random import Random

from playwright.sync_api import Page, expect

from bench.page.browser import check_chromium, chromium
from parity import compare
from parity.api import Api
from parity.doors import ConsoleDoor
from parity.episode import register
from parity.model import Fields, Model
from parity.words import Words

_KINDS = ["Call Ada {}", "🎉 {}", "שלום {}", "日本語 {} <b>", "e\u0301 ﬁ {}"]
_SECONDS = 15.0
"""Until the server has what the page shows."""


def run_page(url: str, seed: int, steps: int) -> tuple[int, list[str]]:
    """How many steps were taken, and what differed."""
    check_chromium()
    chance, model = Random(f"{seed}/page"), Model()  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="todo-parity-") as folder, chromium() as browser:
        person, token = register(url)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
        context.request.post(f"{url}/api/auth/login", data=person)
        page = context.new_page()
        page.goto(f"{url}/tasks")
        expect(page.get_by_role("heading", name="Tasks", level=1)).to_be_visible()
        api = Api(url, token)
        file = {name: str(Path(folder, name)) for name in ("TODO_STORAGE_FILE", "TODO_CONFIG_DIR")}
        console = ConsoleDoor(file)
        for number in range(1, steps + 1):
            words = _operation(chance, model, number)
            before = {key: dict(task) for key, task in model.tasks.items()}
            _press(page, words, before)
            expected = model.do(words)
            told = console.call((words[0], "--json", *words[1:]), as_command=False)
            wrong = _until_same(api, model) or compare.calls(told, told, expected, as_json=True) or _shown(page, model)
            if wrong:
                return number, [f"step {number} on the page, {words}: {wrong}"]
    return steps, []


def _operation(chance: Random, model: Model, number: int) -> Words:
    present = list(model.tasks)
    title = chance.choice(_KINDS).format(number)
    done = any(task["completed"] for task in model.tasks.values())
    kinds = ["add", *(["toggle", "update", "delete"] if present else []), *(["undo"] if model.past else [])]
    match chance.choice([*kinds, "add", *(["clear"] if done else [])]):
        case "add":
            return ("add", title)
        case "update":
            return ("update", str(chance.choice(present)), title)
        case "clear":
            return ("clear", "--completed", "--yes")
        case "undo":
            return ("undo",)
        case name:
            return (name, str(chance.choice(present)))


def _press(page: Page, words: Words, tasks: dict[int, Fields]) -> None:
    title = str(tasks[int(words[1])]["title"]) if words[0] in ("toggle", "update", "delete") else ""
    match words[0]:
        case "add":
            page.get_by_label("New task").fill(words[1])
            page.get_by_label("New task").press("Enter")
        case "toggle":
            page.get_by_role("checkbox", name=title, exact=True).click()
        case "update":
            page.get_by_role("listitem").filter(has_text=title).first.hover()
            page.get_by_role("button", name=f"Rename “{title}”", exact=True).click()
            page.get_by_label(f"New title of “{title}”", exact=True).fill(words[2])
            page.get_by_label(f"New title of “{title}”", exact=True).press("Enter")
        case "delete":
            page.get_by_role("listitem").filter(has_text=title).first.hover()
            page.get_by_role("button", name=f"Delete “{title}”", exact=True).click()
        case "clear":
            page.get_by_role("button", name=re.compile("^Clear .* done$")).click()
        case _:
            page.get_by_role("heading", name="Tasks", level=1).click()
            page.keyboard.press("Control+z")


def _until_same(api: Api, model: Model) -> str | None:
    deadline = time.monotonic() + _SECONDS
    while wrong := compare.state("the account", api.tasks(), model.tasks):
        if time.monotonic() > deadline:
            return wrong
        time.sleep(0.05)
    return None


def _shown(page: Page, model: Model) -> str | None:
    """The page has a box for each task, ticked where it is done."""
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(len(model.tasks))
    for task in model.tasks.values():
        expect(page.get_by_role("checkbox", name=task["title"], exact=True)).to_be_checked(checked=task["completed"])
    return None
