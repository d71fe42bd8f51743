"""`todo-server`'s configuration, commands, refusals and exit statuses."""

# ruff: noqa: S104 - that it warns about such an address is what is tested

import os
import re
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import AliasChoices

from api.settings import Settings
from tests.conftest import BIN, Server, clean_environment, serving
from tests.server.processes import command, refusal

ROOT = Path(__file__).parents[2]


def _variables() -> list[str]:
    names: list[str] = []
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        names += map(str, alias.choices) if isinstance(alias, AliasChoices) else [str(alias)]
    return names


def test_the_example_lists_every_variable_in_order_with_a_line_each() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert found == _variables()
    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            assert lines[number - 1].startswith("# ")


def test_the_examples_values_are_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    for name in _variables():
        monkeypatch.delenv(name, raising=False)
    assert Settings() == Settings(_env_file=None)


@pytest.mark.parametrize(("page", "whole"), [("README.md", False), ("docs/configuration.md", True)])
def test_the_pages_explain_the_same_variables(page: str, whole: bool) -> None:
    table = (ROOT / page).read_text().split("# Configuration")[1].split("\n## ")[0]
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)]
    assert set(named) <= set(_variables())
    assert named
    assert not whole or sorted(named) == sorted(_variables())


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["serve"],
        ["migrate"],
        ["import-json"],
        ["check"],
        ["users"],
        ["users", "list"],
        ["users", "create"],
        ["users", "set-password"],
        ["users", "deactivate"],
        ["users", "activate"],
        ["users", "delete"],
        ["users", "make-admin"],
        ["users", "revoke-admin"],
    ],
)
def test_help(arguments: list[str]) -> None:
    code, out, said = command(*arguments, "--help")
    assert (code, said) == (0, "")
    assert "Usage: todo-server" in out
    if arguments not in ([], ["users"]):
        assert "--data-dir" in out
    assert "--password" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["bake"],
        ["serve", "--colour"],
        ["serve", "--port", "x"],
        ["serve", "--port", "70000"],
        ["serve", "--workers", "0"],
        ["users", "bake"],
        ["users", "create"],
        ["migrate", "extra"],
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], tmp_path: Path) -> None:
    refusal(*arguments, cwd=tmp_path, status=2)


def test_without_a_command_the_help_is_shown() -> None:
    code, out, said = command()
    assert code == 2
    assert "Usage: todo-server" in out + said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://ada:s3cret@h/todo"),
        ("NEON_DATABASE_URL", "postgresql://ada:s3cret@h"),
        ("JWT_SECRET", "short"),
        ("JWT_SECRET_PREVIOUS", "short"),
        ("JWT_ISSUER", "https://issuer.example.org"),
        ("ACCESS_TOKEN_MINUTES", "soon"),
        ("ACCESS_TOKEN_MINUTES", "0"),
        ("REFRESH_TOKEN_DAYS", "-1"),
        ("REGISTRATION", "maybe"),
        ("ALLOWED_ORIGINS", "*"),
        ("PUBLIC_URL", "todo.example.org"),
        ("TRUSTED_PROXIES", "everybody"),
        ("TODO_RATE_LIMIT", "sometimes"),
        ("TODO_POOL_SIZE", "many"),
        ("TODO_PREPARED_STATEMENTS", "1"),
    ],
)
def test_a_malformed_value_stops_with_its_name(variable: str, value: str, tmp_path: Path) -> None:
    said = refusal("serve", "--port", "0", cwd=tmp_path, TODO_DATA_DIR=str(tmp_path / "data"), **{variable: value})  # type: ignore[arg-type]
    assert re.search(rf"(?<!_){variable}\b", said)
    assert variable != "DATABASE_URL" or "NEON_" not in said
    assert "s3cret" not in said
    assert not (tmp_path / "data").exists()


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    wrong = {"TODO_POOL_SIZE": "many", "REGISTRATION": "maybe", "JWT_SECRET": "short", "PUBLIC_URL": "garden"}
    said = refusal("serve", "--port", "0", cwd=tmp_path, TODO_DATA_DIR=str(tmp_path / "data"), **wrong)  # type: ignore[arg-type]
    assert all(name in said for name in wrong)
    assert "short" not in said


@pytest.mark.parametrize("arguments", [("check",), ("migrate",)])
def test_a_reader_that_ends_is_no_error(arguments: tuple[str, ...], server: Server, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [BIN / "todo-server", *arguments, "--data-dir", server.data_dir],
            env=clean_environment(**server.beside),
            cwd=tmp_path,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_two_urls_that_differ_stop(tmp_path: Path) -> None:
    said = refusal(
        "migrate", cwd=tmp_path, DATABASE_URL="postgresql://a:s3cret@h/x", NEON_DATABASE_URL="postgresql://a:s3cret@h/y"
    )
    assert "NEON_DATABASE_URL" in said
    assert " DATABASE_URL" in said
    assert "s3cret" not in said


def test_a_url_wants_a_secret(tmp_path: Path) -> None:
    said = refusal("serve", "--port", "0", cwd=tmp_path, DATABASE_URL="postgresql://a:s3cret@127.0.0.1:1/x")
    assert "JWT_SECRET" in said
    assert "s3cret" not in said


def test_an_unknown_variable_warns(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TODO_POOLSIZE=3\n")
    _, _, said = command("migrate", "--data-dir", "/dev/null/x", cwd=tmp_path, TODO_COLOUR="red", TODO_USER_ID="ada")
    assert "TODO_POOLSIZE" in said
    assert "TODO_COLOUR" in said
    assert "TODO_USER_ID" not in said


def test_addresses_that_cannot_be_listened_on(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal("serve", "--port", port, "--data-dir", tmp_path / "data", cwd=tmp_path)
        assert f"Port {port}" in said
    for host in ("nowhere.invalid", "a" * 70, "192.0.2.1"):
        said = refusal("serve", "--host", host, "--port", "0", "--data-dir", tmp_path / "data", cwd=tmp_path)
        assert host in said
    assert not (tmp_path / "data").exists()


def test_a_data_directory_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for command_ in (["serve", "--port", "0"], ["migrate"], ["users", "list"]):
        assert "file" in refusal(*command_, "--data-dir", tmp_path / "file", cwd=tmp_path)


def test_it_warns_when_it_listens_beyond_this_machine(tmp_path: Path) -> None:
    def said(*options: str, **variables: str) -> str:
        with serving(tmp_path / "data", *options, **variables) as server:
            pass
        return "".join(server.output)

    assert "warning: listening beyond this machine" in said("--host", "0.0.0.0")
    assert "warning" not in said("--host", "0.0.0.0", REGISTRATION="closed")
    assert "warning" not in said("--host", "0.0.0.0", PUBLIC_URL="https://todo.example.org")
    assert "warning" not in said("--host", "127.0.0.1")


def test_migrate_while_the_server_runs(server: Server, tmp_path: Path) -> None:
    code, out, said = command("migrate", "--data-dir", server.data_dir, cwd=tmp_path, **server.beside)
    assert (code, said) == (0, "")
    assert "up to date" in out


def test_settings_are_never_shown_with_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    secret: dict[str, Any] = {"JWT_SECRET": "s3cret" * 8, "NEON_DATABASE_URL": "postgresql://a:s3cret@h/x"}
    for name, value in secret.items():
        monkeypatch.setenv(name, value)
    assert "s3cret" not in repr(Settings())
