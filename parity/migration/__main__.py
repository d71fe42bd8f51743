"""`python -m parity.migration`: one line of JSON, and status 0 only if every record is where it must be."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from bench.server import environment, todo_server
from parity.api import TASKS, Api
from parity.episode import register
from parity.migration.made_file import Made, make

_PROGRAMS = Path(sys.executable).parent


def main() -> int:
    """1 if a record is missing, doubled or another."""
    parser = argparse.ArgumentParser(prog="parity.migration", description="Files into accounts, killed in the middle.")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = Random(f"{options.seed}/kills")  # noqa: S311
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
    with (
        tempfile.TemporaryDirectory(prefix="todo-migration-", dir=memory) as name,
        todo_server(Path(name), 1, TODO_DATA_DIR=str(Path(name, "data"))) as (url, _),
    ):
        folder = Path(name)
        made = make(folder / "tasks.json", options.records, options.seed)
        result: dict[str, Any] = {"records": made.total, "rejected": made.rejected, "seed": options.seed}
        for way in (_push, _import_json):
            began = time.monotonic()
            person, token = register(url)
            call, variables = way(folder, url, person, token)
            ended = sum(_killed(call, variables, chance, options.records) for _ in range(options.kills))
            before = len(_tasks(url, person))
            first, second = (_run(call, variables) for _ in range(2))
            result[way.__name__[1:]] = {
                "kills": options.kills - ended,
                "there_after_kills": before,
                "imported": first["imported"],
                "seconds": round(time.monotonic() - began),
                "wrong": [*_wrong_sums(made, before, first, second), *_wrong_tasks(made, _tasks(url, person))],
            }
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["push"]["wrong"] or result["import_json"]["wrong"] else 0


def _push(folder: Path, url: str, _: object, token: str) -> tuple[list[str], dict[str, str]]:
    api = Api(url, token)
    made = api.ask("POST", "/api/auth/tokens", {"name": "migration"})[1]["token"]
    api.close()
    variables = {
        "TODO_STORAGE_FILE": str(folder / "tasks.json"),
        "TODO_CONFIG_DIR": str(folder / "config"),
        "TODO_SERVER": url,
        "TODO_TOKEN": made,
        "TZ": "UTC",
    }
    return [str(_PROGRAMS / "todo"), "push", "--json"], variables


def _import_json(folder: Path, _: str, person: dict[str, str], __: str) -> tuple[list[str], dict[str, str]]:
    mine = ["--user", f"cli-user={person['email']}", "--default-user", person["email"]]
    options = ["--skip-invalid", "--json", "--timezone", "UTC", "--data-dir", str(folder / "data")]
    return [str(_PROGRAMS / "todo-server"), "import-json", str(folder / "tasks.json"), *mine, *options], {}


def _killed(call: Sequence[str], variables: dict[str, str], chance: Random, records: int) -> bool:
    """Starts the program and kills it after a while; whether it had ended before."""
    process = subprocess.Popen(call, env=environment(**variables), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(chance.uniform(0.2, 1 + records / 4_000))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def _run(call: Sequence[str], variables: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(call, env=environment(**variables), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{call[0]} failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _wrong_sums(made: Made, before: int, first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    wrong = []
    for name, told, there in (("first", first, before), ("second", second, len(made.tasks))):
        rejected = told["rejected"] if isinstance(told["rejected"], int) else len(told["rejected"])
        sums = (told["imported"], told["already_there"], rejected)
        wanted = (len(made.tasks) - there, there, made.rejected)
        if sums != wanted or told["renumbered"]:
            wrong.append(f"the {name} whole run says {sums} instead of {wanted}")
    return wrong


def _wrong_tasks(made: Made, tasks: list[dict[str, Any]]) -> list[str]:
    found = {task["number"]: task for task in tasks}
    wrong = [f"{len(tasks)} tasks instead of {len(made.tasks)}"] if len(tasks) != len(made.tasks) else []
    for number, meant in made.tasks.items():
        task = found.get(number, {})
        if {name: task.get(name) for name in meant} != meant:
            wrong.append(f"task {number} is {task} instead of {meant}")
    return wrong[:10]


def _tasks(url: str, person: dict[str, str]) -> list[dict[str, Any]]:
    api = Api(url, _signed_in(url, person))
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = api.ask("GET", f"{TASKS}?limit=10000{cursor}")[1]
        found += page["tasks"]
        if page["next_cursor"] is None:
            api.close()
            return found
        cursor = f"&cursor={page['next_cursor']}"


def _signed_in(url: str, person: dict[str, str]) -> str:
    # The first access token may have died of age meanwhile.
    api = Api(url, "")
    status, body = api.ask("POST", "/api/auth/login", dict(person))
    api.close()
    if status != 200:
        raise SystemExit(f"Nobody can sign in: {status} {body}")
    return str(body["token"]["access_token"])


if __name__ == "__main__":
    sys.exit(main())
