"""The files that deploy the server, as the programs that read them judge them."""

import re
from pathlib import Path

from tests.conftest import BIN
from tests.ops.programs import OPS, judged, program

UNIT = OPS / "systemd" / "todo.service"
SCRIPTS = [OPS / "systemd" / "todo-admin", *sorted((OPS / "docker").glob("*.sh"))]
EXPOSURE = 20
"""Tenths of systemd's exposure level, at most: 0 is a service that can do nothing, 100 one that may do all."""


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    here = tmp_path / UNIT.name
    text = (
        UNIT.read_text()
        .replace("#ReadWritePaths=/mnt/backups", "ReadWritePaths=/tmp")
        .replace("/opt/todo/.venv/bin/todo-server", "/usr/bin/true")
    )
    here.write_text(text.replace("=/opt/todo", "=/tmp"))
    assert judged(program("systemd-analyze", "systemd"), "verify", "--man=no", here) == ""


def test_the_admin_has_what_the_service_has() -> None:
    """User, folder, variables, program and data directory of the unit stand in todo-admin as well."""
    unit, admin = UNIT.read_text(), SCRIPTS[0].read_text()
    user, folder, file = (
        re.findall(rf"^{name}=(.+)$", unit, re.MULTILINE)[0] for name in ("User", "WorkingDirectory", "EnvironmentFile")
    )
    assert {f"--uid={user}", f"--working-directory={folder}", f"--property=EnvironmentFile={file}"} <= set(
        admin.split()
    )
    server, data_dir = re.findall(r"^ExecStart=(\S+) .+--data-dir (\S+)$", unit, re.MULTILINE)[0]
    assert f"TODO_DATA_DIR={data_dir} {server} " in admin


def test_the_unit_is_closed_by_default() -> None:
    analyze = program("systemd-analyze", "systemd")
    judged(analyze, "security", "--offline=true", f"--threshold={EXPOSURE}", UNIT)


def test_the_images_are_described_well() -> None:
    for name in ("Dockerfile", "Dockerfile.pgbouncer"):
        assert judged(BIN / "hadolint", OPS / "docker" / name) == ""


def test_the_composition_is_valid() -> None:
    judged(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", OPS / "docker" / "compose.yaml")


def test_the_scripts_are_sound() -> None:
    assert judged(program("shellcheck", "shellcheck"), *SCRIPTS) == ""
