"""The API, spoken to directly: each step is the request that the contract has for it."""

from typing import Any
from urllib.parse import quote, urlencode

from parity import many, named
from parity.api import TASKS, Api
from parity.many import Back
from parity.model import DEPTH, Fields
from parity.words import Words

Answer = tuple[int, Fields | None]
_CODES = {404: 2, 422: 1}


class HttpDoor:
    """Does what a command does, by the calls of the contract. Its answer is an exit code and fields, None where it has none."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._back: list[Back] = []

    def do(self, words: Words, known: dict[int, Fields], numbers: list[int], piped: int) -> Answer | None:
        """The step; None for what is a matter of the console alone. `known` is what there was, by number; `numbers` are
        those that the words name together, if they do; `piped` tasks come from standard input."""
        name, *given = words
        if given[:1] == ["--"]:
            del given[0]
        match name, given:
            case "add", _ if piped:
                tasks, back = many.add(self.api, piped)
                self._note(back)
                return 0, {"success": True, "tasks": tasks}
            case _, ["", *_] if name != "add":
                return None  # another address, not a task's
            case "add", [title, *rest]:
                sent = {"title": title} | ({"description": rest[0]} if rest else {})
                return self._task("POST", TASKS, sent, lambda task: [("DELETE", f"{TASKS}/{task['id']}", None)])
            case "list", _:
                return self._list(given)
            case "show", [word]:
                return self._task("GET", _path(word), None, None)
            case (("complete" | "incomplete" | "toggle"), [word]) if named.single(word):
                return self._change(name, word, known)
            case "update", [word, title, *rest]:
                sent = {"title": title} | ({"description": rest[0]} if rest else {})
                return self._task("PUT", _path(word), sent, lambda task: [_as_before(task, known)])
            case "delete", [word] if named.single(word):
                return self._delete(word, known)
            case (("complete" | "incomplete" | "toggle"), _) if numbers:
                return self._change_together(name, numbers, known)
            case "delete", _ if numbers:
                return self._delete_together(numbers)
            case "clear", _ if "--yes" in given:
                return self._clear("--completed" in given, known)
            case "undo", []:
                return self._undo()
            case _:
                return None

    def _task(self, method: str, path: str, sent: Fields | None, back: Any) -> Answer:
        status, body = self.api.ask(method, path, sent)
        if status >= 400:
            return _refused(status, body)
        if back:
            self._note(back(body["task"]))
        return 0, {"success": True, "task": body["task"]}

    def _list(self, given: list[str]) -> Answer | None:
        query = {"limit": "10000"}
        kinds = {flag for flag in ("--pending", "--completed") if flag in given}
        if len(kinds) == 1:
            query["completed"] = "true" if "--completed" in kinds else "false"
        search = [word[9:] for word in given if word.startswith("--search=")]
        if search:
            query["q"] = search[-1]
        if set(given) - kinds - {f"--search={text}" for text in search} or not _is_text("".join(search)):
            return None
        status, body = self.api.ask("GET", f"{TASKS}?{urlencode(query)}")
        return _refused(status, body) if status >= 400 else (0, {"tasks": body["tasks"]})

    def _change(self, name: str, word: str, known: dict[int, Fields]) -> Answer:
        back = lambda task: [_as_before(task, known)]  # noqa: E731
        if name == "toggle":
            return self._task("POST", f"{_path(word)}/toggle", {}, back)
        return self._task("PATCH", f"{_path(word)}/complete", {"completed": name == "complete"}, back)

    def _delete(self, word: str, known: dict[int, Fields]) -> Answer:
        status, body = self.api.ask("DELETE", _path(word))
        if status >= 400:
            return _refused(status, body)
        self._note([("POST", f"{TASKS}/{known[int(word)]['id']}/restore", {})])
        return 0, {"success": True, "deleted": 1}

    def _change_together(self, name: str, numbers: list[int], known: dict[int, Fields]) -> Answer:
        what = {"toggle": True} if name == "toggle" else {"completed": name == "complete"}
        sent = {"changes": [{"task": number, **what} for number in numbers]}
        status, body = self.api.ask("POST", f"{TASKS}/changes", sent)
        if status >= 400:
            return _refused(status, body)
        tasks = [change["after"] for change in body["changes"]]
        self._note(many.reopen(tasks, known))
        return 0, None

    def _delete_together(self, numbers: list[int]) -> Answer:
        status, body = self.api.ask("POST", f"{TASKS}/changes/delete", {"tasks": [{"task": one} for one in numbers]})
        if status >= 400:
            return _refused(status, body)
        again = {"deleted_at": body["deleted_at"], "count": body["deleted"]}
        self._note([("POST", f"{TASKS}/changes/restore", again)])
        return 0, {"success": True, "deleted": body["deleted"]}

    def _clear(self, completed: bool, known: dict[int, Fields]) -> Answer:
        status, body = self.api.ask("DELETE", f"{TASKS}?{'completed' if completed else 'all'}=true")
        gone = [task["id"] for task in known.values() if task["completed"] or not completed]
        if gone:
            self._note(many.restore(self.api, gone))
        return (0, {"success": True, **body}) if status == 200 else _refused(status, body)

    def _undo(self) -> Answer:
        if not self._back:
            return 1, None
        for method, path, sent in self._back.pop():
            status, body = self.api.ask(method, path, sent)
            assert status < 300, (method, path, status, body)  # noqa: S101
        return 0, None

    def _note(self, back: Back) -> None:
        self._back = [*self._back, back][-DEPTH:]


def _as_before(task: Fields, known: dict[int, Fields]) -> tuple[str, str, Fields]:
    before = known[task["number"]]
    return "PUT", f"{TASKS}/{task['id']}", {name: before[name] for name in ("title", "description", "completed")}


def _refused(status: int, body: Any) -> Answer:
    message = body["errors"][0]["message"] if status == 422 and body.get("errors") else None
    return _CODES.get(status, status), {"error": message}


def _path(word: str) -> str:
    return f"{TASKS}/{quote(word, safe='')}"


def _is_text(text: str) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in text)
