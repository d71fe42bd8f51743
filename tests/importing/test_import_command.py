"""`todo-server import-json`, sentence by sentence of docs/importing.md."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BIN, Person
from tests.importing.conftest import DATA, Command
from tests.importing.records import meant, record, told

SCRIPT = Path(__file__).parents[2] / "backend" / "scripts" / "migrate_json_to_db.py"
Sample = Callable[[str], Any]


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    whole = (report["total"], report["imported"], report["already_there"], len(report["rejected"]))
    assert sum(whole[1:]) == whole[0]
    assert sum(share["imported"] for share in report["accounts"]) == whole[1]
    assert sum(share["already_there"] for share in report["accounts"]) == whole[2]
    return whole


def test_a_file_of_one_user(command: Command, ada: Person, sample: Sample) -> None:
    file = command.sample("current")
    before = file.read_bytes()
    options = ("--user", f"cli-user={ada.email.upper()}", "--timezone", "UTC", "--json")
    assert counts(command(file, *options).report) == (12, 12, 0, 0)
    assert [told(task) for task in ada.tasks()] == [meant(one) for one in sample("current")]
    ada.client.delete("/api/v1/tasks/1")
    ada.client.patch("/api/v1/tasks/2", json={"title": "edited"})
    tasks = ada.tasks()
    assert counts(command(file, *options).report) == (12, 0, 12, 0)
    assert ada.tasks() == tasks
    assert file.read_bytes() == before
    assert list(command.folder.iterdir()) == [file]
    # The same ledger serves both doors.
    assert ada.client.post("/api/v1/tasks/import", json={"tasks": sample("current")}).json()["already_there"] == 12


def test_users_go_to_their_accounts(command: Command, ada: Person, grace: Person) -> None:
    file = command.sample("mixed-users")
    users = ("--user", f"ada={ada.email}", "--user", f"grace={grace.email}")
    refused = command(file, *users)
    assert "6f1d2c3b-4a59-4e68-8f77-0123456789ab" in refused.refusal
    assert "--default-user" in refused.refusal
    assert "'ada'" not in refused.refusal
    third = ("--user", f"6f1d2c3b-4a59-4e68-8f77-0123456789ab={grace.email}")
    assert "--default-user" in command(file, *users, *third).refusal
    assert ada.tasks() == grace.tasks() == []
    done = command(file, *users, *third, "--default-user", ada.email)
    assert done.status == 0
    assert "7 records: 7 imported, 0 already there, 0 rejected" in done.output
    assert f"{ada.email}: number 3 was taken, record 6 is number 4" in done.output
    assert [(task["number"], task["title"]) for task in ada.tasks()] == [
        (1, "Ada: write the notes"),
        (2, "Ada: check the engine"),
        (3, "Nobody's old task"),
        (4, "Ada: third"),
    ]
    assert [(task["number"], task["title"]) for task in grace.tasks()] == [
        (1, "Grace: find the moth"),
        (2, "Grace: nanoseconds"),
        (3, "UUID user"),
    ]


def test_an_address_without_account(command: Command, ada: Person) -> None:
    file = command.sample("legacy")
    new = f"new-{ada.email}"
    assert new in command(file, "--default-user", new).refusal
    rehearsed = command(file, "--default-user", new, "--create-accounts", "--dry-run", "--json").report
    assert (rehearsed["imported"], rehearsed["accounts"][0]["created"], rehearsed["dry_run"]) == (4, True, True)
    assert new in command(file, "--default-user", new).refusal
    assert command(file, "--default-user", new, "--create-accounts", "--json").report["accounts"][0]["created"]
    assert command(file, "--default-user", new, "--json").report["already_there"] == 4
    credentials = {"email": new, "password": ada.password}
    assert ada.client.post("/api/auth/login", json=credentials).status_code == 401


def test_invalid_records_stop_everything_unless_skipped(command: Command, ada: Person, sample: Sample) -> None:
    file = command.sample("invalid-records")
    rejects = command.folder / "invalid-records.json.rejected.json"
    options = ("--user", f"cli-user={ada.email}")
    refused = command(file, *options, "--json")
    assert "14 of 16" in refused.refusal
    positions = [*range(2, 14), 15, 16]
    assert [problem["position"] for problem in json.loads(refused.output)["problems"]] == positions
    assert [line.split(":")[0] for line in refused.errors.splitlines()[:-1]] == [f"record {one}" for one in positions]
    assert command(file, *options, "--skip-invalid", "--dry-run").status == 0
    assert ada.tasks() == []
    assert not rejects.exists()
    assert counts(command(file, *options, "--skip-invalid", "--json").report) == (16, 2, 0, 14)
    assert [task["title"] for task in ada.tasks()] == ["fine", "also fine"]
    written = json.loads(rejects.read_bytes())
    assert [(one["position"], one["record"]) for one in written] == [
        (position, sample("invalid-records")[position - 1]) for position in positions
    ]
    assert all(set(one) == {"position", "reason", "record"} and one["reason"] for one in written)
    assert b"\\ud83d" in rejects.read_bytes()
    # A run that was killed before it could name the file of rejects is completed by the next.
    content = rejects.read_bytes()
    rejects.unlink()
    assert counts(command(file, *options, "--skip-invalid", "--json").report) == (16, 0, 2, 14)
    assert rejects.read_bytes() == content
    assert sorted(command.folder.iterdir()) == [file, rejects]


def test_other_rejects_are_not_overwritten(command: Command, ada: Person) -> None:
    file = command.sample("duplicate-ids")
    rejects = command.folder / "duplicate-ids.json.rejected.json"
    rejects.write_text("[]")
    options = ("--user", f"cli-user={ada.email}", "--json")
    assert str(rejects) in command(file, *options).refusal
    assert (rejects.read_text(), ada.tasks()) == ("[]", [])
    rejects.unlink()
    report = command(file, *options).report
    assert counts(report) == (4, 3, 0, 1)
    assert report["rejects_file"] == str(rejects)
    assert [task["title"] for task in ada.tasks()] == ["one", "two, later version", "three"]
    assert [one["position"] for one in json.loads(rejects.read_text())] == [2]


@pytest.mark.parametrize(
    ("name", "place"),
    [("truncated", "line 57, column 2"), ("not-a-list", "line 1, column 1"), ("empty", "line 1, column 1")],
)
def test_what_is_no_list_is_refused_with_the_place(command: Command, ada: Person, name: str, place: str) -> None:
    file = command.sample(name)
    assert place in command(file, "--default-user", ada.email).refusal
    assert file.read_bytes() == (DATA / file.name).read_bytes()
    assert list(command.folder.iterdir()) == [file]


def test_an_empty_list_is_imported_as_nothing(command: Command) -> None:
    assert counts(command(command.sample("empty-list"), "--json").report) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--user", "ada"), "'ada'"),
        (("--user", "ada=nobody"), "'nobody'"),
        (("--user", "ada=a@example.com", "--user", "ada=b@example.com"), "'ada'"),
        (("--timezone", "Mars/Olympus"), "Mars/Olympus"),
    ],
)
def test_options_that_mean_nothing(command: Command, options: tuple[str, ...], named: str) -> None:
    assert named in command(command.sample("empty-list"), *options).refusal


def test_a_file_that_is_not_there(command: Command) -> None:
    assert "nowhere.json" in command("nowhere.json").refusal


def test_a_name_that_the_file_does_not_hold_is_a_warning(command: Command, ada: Person) -> None:
    done = command(command.sample("empty-list"), "--user", f"YWRh=={ada.email}")
    assert (done.status, "'YWRh='" in done.errors) == (0, True)


def test_times_are_the_machines_unless_a_zone_is_named(command: Command, ada: Person) -> None:
    gap_and_fold = [
        record(1, created_at="2026-03-29T02:30:00"),
        record(2, created_at="2026-10-25T02:30:00"),
        record(3, created_at="2026-07-01T12:00:00-03:00"),
    ]
    expected = ["2026-03-29T01:30:00.000000Z", "2026-10-25T00:30:00.000000Z", "2026-07-01T15:00:00.000000Z"]
    command.apart(command.file(gap_and_fold), "--default-user", ada.email, TZ="Europe/Berlin")
    assert [task["created_at"] for task in ada.tasks()] == expected
    ada.client.delete("/api/v1/tasks", params={"all": "true"})
    more = [{**one, "again": True} for one in gap_and_fold]
    command.apart(command.file(more), "--default-user", ada.email, "--timezone", "Europe/Berlin", TZ="Asia/Tokyo")
    assert [task["created_at"] for task in ada.tasks()] == expected


@pytest.mark.parametrize("python", [sys.executable, "/usr/bin/env python3"])
def test_the_script_is_the_same_command(command: Command, ada: Person, python: str) -> None:
    file = command.sample("legacy")
    arguments = command.arguments(file, "--default-user", ada.email, "--json")[2:]
    done = subprocess.run(
        [*python.split(), SCRIPT, *arguments], env=command.environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert counts(json.loads(done.stdout)) == (4, 4, 0, 0)


def test_a_terminal_sees_progress(command: Command, ada: Person) -> None:
    arguments = command.arguments(command.sample("legacy"), "--default-user", ada.email)
    terminal, end = os.openpty()
    environment = command.environment(TERM="xterm")
    done = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE, stderr=end, text=True, check=False)
    os.close(end)
    seen = os.read(terminal, 65536).decode()
    os.close(terminal)
    assert (done.returncode, "comparing" in seen) == (0, True)
    assert "comparing" not in done.stdout


def test_help(command: Command) -> None:
    done = subprocess.run([BIN / "todo-server", "import-json", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    for option in ("--user", "--default-user", "--create-accounts", "--skip-invalid", "--dry-run", "--timezone"):
        assert option in done.stdout
