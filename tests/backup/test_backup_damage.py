"""What may be wrong with a backup. Each is found, and nothing of it is restored."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from api.database.url import Target
from backup.creating import create
from backup.folder import Folder
from backup.loading import check_files
from backup.manifest import NAME
from backup.restoring import holds_anything
from backup.streams import packing
from tests.backup.conftest import TRAVELLING, Command, Kept, People, named, read_json, variables_of
from tests.database.conftest import Fresh


def tasks_file(kept: Kept) -> Path:
    return kept.folder / "tasks.copy.zst"


def flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 0x10
    path.write_bytes(content)


def edit(kept: Kept, change: Callable[[dict[str, object]], object]) -> None:
    """The manifest, without a signature that fits."""
    content = read_json(kept.folder)
    change(content["manifest"])
    (kept.folder / NAME).write_text(json.dumps(content))


def swap(kept: Kept) -> None:
    one, other = tasks_file(kept), kept.folder / "users.copy.zst"
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def swap_in_manifest(kept: Kept) -> None:
    tables = [copy.model_dump() for copy in kept.manifest.tables]
    named = {table["table"]: table for table in tables}
    for field in ("file", "sha256", "bytes", "raw_bytes"):
        named["tasks"][field], named["users"][field] = named["users"][field], named["tasks"][field]
    kept.sign(tables=tables)


def from_another(kept: Kept) -> None:
    """The file of a backup of other rows, whole in itself."""
    path = tasks_file(kept)
    path.unlink()
    with packing(path, ()) as (packer, _):
        packer.write(b"another\n")


def renamed(kept: Kept) -> None:
    kept.folder.rename(kept.folder.with_name("20200101T000000Z-abcdef"))
    kept.name = "20200101T000000Z-abcdef"


def bomb(kept: Kept) -> None:
    """A gigabyte of nothing in a hundred kilobytes, which says that it is small."""
    raw = kept.manifest.tables
    path = tasks_file(kept)
    path.unlink()
    with packing(path, ()) as (packer, counted):
        for _ in range(1000):
            packer.write(b"\n" * 1_000_000)
    kept.sign(
        tables=[
            {
                **copy.model_dump(),
                **({"bytes": counted.bytes, "sha256": counted.sha256} if copy.table == "tasks" else {}),
            }
            for copy in raw
        ]
    )


def other_signer(kept: Kept) -> None:
    """Everything fits together, and somebody else signed it."""
    (kept.data_dir / "secrets" / "backup_key").unlink()
    kept.sign()
    (kept.data_dir / "secrets" / "backup_key").unlink()

    from backup.signature import Signer

    assert Signer(kept.data_dir).public != read_json(kept.folder)["signed_by"]


def to_symlink(kept: Kept) -> None:
    path = tasks_file(kept)
    path.rename(kept.data_dir / "elsewhere")
    path.symlink_to(kept.data_dir / "elsewhere")


def without_last_row(content: bytes) -> bytes:
    return content[: content.rindex(b"\n", 0, -1) + 1]


def doubled(content: bytes) -> bytes:
    return content + content[content.rindex(b"\n", 0, -1) + 1 :]


DAMAGES: dict[str, Callable[[Kept], object]] = {
    "a bit of the data": lambda kept: flip(tasks_file(kept), 0.5),
    "a bit of the header": lambda kept: flip(tasks_file(kept), 0),
    "a bit of the manifest": lambda kept: flip(kept.folder / NAME, 0.5),
    "a truncated file": lambda kept: os.truncate(tasks_file(kept), 1000),
    "an empty file": lambda kept: os.truncate(tasks_file(kept), 0),
    "a missing file": lambda kept: tasks_file(kept).unlink(),
    "a missing manifest": lambda kept: (kept.folder / NAME).unlink(),
    "an empty manifest": lambda kept: os.truncate(kept.folder / NAME, 0),
    "a truncated manifest": lambda kept: os.truncate(kept.folder / NAME, 200),
    "a file too much": lambda kept: (kept.folder / "more.copy.zst").write_bytes(b"x"),
    "a link in place of a file": to_symlink,
    "swapped files": swap,
    "swapped files and manifest": swap_in_manifest,
    "a file of another backup": from_another,
    "a backup under another name": renamed,
    "an edited manifest": lambda kept: edit(kept, lambda body: body.update(database="another")),
    "a later format": lambda kept: kept.sign(format=99),
    "a schema of a later version": lambda kept: kept.sign(schema_revision="9999"),
    "a signature of somebody else": other_signer,
    "a bomb": bomb,
    "a row less, signed": lambda kept: kept.rewrite("tasks", without_last_row),
    "a row twice, signed": lambda kept: kept.rewrite("tasks", doubled),
    "another text, signed": lambda kept: kept.rewrite(
        "tasks", lambda content: content.replace(b"Buy milk", b"Buy mink")
    ),
    "tasks of nobody, signed": lambda kept: kept.rewrite("users", without_last_row, fingerprint="0"),
    "a title that breaks a rule, signed": lambda kept: kept.rewrite(
        "tasks", lambda content: content.replace(b"Buy milk", b" " * 101)
    ),
    "no rows at all, signed": lambda kept: kept.rewrite("tasks", lambda content: b""),
    "a column that is not there": lambda kept: kept.sign(
        tables=[{**copy.model_dump(), "columns": (*copy.columns, "owner")} for copy in kept.manifest.tables]
    ),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_found_and_nothing_restored(kind: str, kept: Kept, command: Command, empty: Target) -> None:
    DAMAGES[kind](kept)
    verified = command("verify", kept.name, "--scratch", named(empty))
    assert kept.name in verified.refusal or "copy.zst" in verified.refusal, verified.refusal
    assert "internal error" not in verified.refusal
    assert "internal error" not in command("restore", kept.name, "--into", named(empty)).refusal
    assert not asyncio.run(holds_anything(empty))
    listed = command("list", "--json").report["backups"]
    assert [one["verified"] for one in listed] == [False]


def test_without_damage_it_is_restored_whole(kept: Kept, command: Command, people: People, empty: Target) -> None:
    """The same way in, so that what is refused above is refused for its damage."""
    assert command("verify", kept.name, "--scratch", named(empty), "--json").report["verified"]
    assert [one["verified"] for one in command("list", "--json").report["backups"]] == [True]
    report = command("restore", kept.name, "--into", named(empty), "--json").report
    assert report["deleted_since"] == []
    restored = People(Fresh(people.fresh.cluster, empty), people.ada, people.grace)
    for table in sorted(TRAVELLING):
        query = f"select t::text from todo.{table} t order by 1"  # noqa: S608 - names from above
        assert restored.rows(query) == people.rows(query)
    assert restored.rows("select count(*) from todo.sessions") == [(0,)]
    assert "not empty" in command("restore", kept.name, "--into", named(empty)).refusal


def test_encrypted(people: People, tmp_path: Path, empty: Target) -> None:
    """Only the right key opens it; a changed byte is found by age itself too, where the sums were made to fit."""
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, identity in (("right", key), ("wrong", other)):
        (tmp_path / name).write_text(f"# made by a test\n{identity}\n")
    (tmp_path / "nonsense").write_text("AGE-SECRET-KEY-1XYZ")
    data_dir = tmp_path / "data"
    manifest = create(people.fresh.target, Folder(data_dir / "backups"), data_dir, [str(key.to_public())])
    kept = Kept(data_dir, manifest.id)
    command = Command(data_dir, variables_of(people.fresh.target))
    into = ("--into", named(empty))
    assert b"Buy milk" not in b"".join(path.read_bytes() for path in kept.folder.iterdir())
    assert "--identity" in command("restore", kept.name, *into).refusal
    assert "right --identity" in command("restore", kept.name, *into, "--identity", tmp_path / "wrong").refusal
    assert "no private key" in command("restore", kept.name, *into, "--identity", tmp_path / "nonsense").refusal
    whole = shutil.copytree(kept.folder, tmp_path / "whole")
    path = kept.folder / "tasks.copy.zst.age"
    flip(path, 0.5)
    from hashlib import sha256

    changed = sha256(path.read_bytes()).hexdigest()
    kept.sign(
        tables=[
            {**copy.model_dump(), **({"sha256": changed} if copy.table == "tasks" else {})}
            for copy in kept.manifest.tables
        ]
    )
    check_files(kept.folder, kept.manifest)
    assert "damaged" in command("restore", kept.name, *into, "--identity", tmp_path / "right").refusal
    assert not asyncio.run(holds_anything(empty))
    shutil.rmtree(kept.folder)
    shutil.copytree(whole, kept.folder)
    assert command("restore", kept.name, *into, "--identity", tmp_path / "right", "--json").report["rows"] > 0
