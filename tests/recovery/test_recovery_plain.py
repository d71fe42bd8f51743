"""Physical backups in the clear: whatever was changed is found, and those of earlier versions come back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from api.database.embedded.place import Place
from backup.errors import Damaged
from backup.physical.keys import Keys
from backup.physical.manifest import Manifest, read_manifest, write_manifest
from backup.physical.recover import stage
from backup.physical.store import Store
from tests.recovery.conftest import Site
from tests.recovery.damage import cut, flip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A full backup, and one that builds on it."""
    site = Site(tmp_path_factory.mktemp("plain"))
    (site.folder / "backups").mkdir()
    site.serve().stop()
    full = site.done("create", "--physical")
    assert site.done("create", "--physical")["builds_on"] == full["id"]
    return site


@pytest.fixture
def copy(made: Site, tmp_path: Path) -> tuple[Store, list[Manifest]]:
    shutil.copytree(made.folder / "backups", tmp_path / "backups")
    store = Store(tmp_path / "backups", made.store.system, Keys(tmp_path / "elsewhere"))
    return store, store.manifests()


def restored(store: Store, manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir(exist_ok=True)
    assert stage(store, manifest, Place(tmp_path / "scratch"), last=manifest.mark_segment) is None


@pytest.mark.parametrize("name", ["base.tar.gz", "pg_wal.tar.gz", "backup_manifest"])
@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
def test_a_changed_file_is_found(
    copy: tuple[Store, list[Manifest]], tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    store, (full, second) = copy
    damage(store.folder(full) / name)
    with pytest.raises(Damaged, match=r"not what it was|is missing"):
        restored(store, second, tmp_path)
    assert not (tmp_path / "scratch" / "postgres").exists()


def test_a_changed_or_swapped_manifest_is_found(copy: tuple[Store, list[Manifest]]) -> None:
    store, (full, second) = copy
    first, other = store.folder(full) / "manifest.json", store.folder(second) / "manifest.json"
    kept = orjson.loads(first.read_bytes())
    first.write_bytes(other.read_bytes())
    with pytest.raises(Damaged, match="moved or replaced"):
        read_manifest(store.folder(full))
    for name, value in (("timeline", 2), ("mark", "another"), ("files", {})):
        first.write_bytes(orjson.dumps(kept | {"manifest": kept["manifest"] | {name: value}}))
        with pytest.raises(Damaged, match="not as it was signed"):
            read_manifest(store.folder(full))
    assert [*store.damaged()] == [full.id]


def test_those_of_earlier_versions_are_not_signed_and_come_back(
    copy: tuple[Store, list[Manifest]], tmp_path: Path
) -> None:
    store, manifests = copy
    for manifest in manifests:
        assert manifest.signed_by
        write_manifest(store.folder(manifest), manifest.model_copy(update={"signed_by": None}))
    assert [each.signed_by for each in store.manifests()] == [None, None]
    restored(store, store.manifests()[1], tmp_path)
    assert (tmp_path / "scratch" / "postgres" / "PG_VERSION").exists()
