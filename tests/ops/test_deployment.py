"""The files that deploy the server, as the programs that read them judge them."""

from pathlib import Path

from tests.conftest import BIN
from tests.ops.programs import OPS, judged, program

UNIT = OPS / "systemd" / "todo.service"
EXPOSURE = 20
"""Tenths of systemd's exposure level, at most: 0 is a service that can do nothing, 100 one that may do all."""


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    here = tmp_path / UNIT.name
    text = UNIT.read_text().replace("/opt/todo/.venv/bin/todo-server", "/usr/bin/true")
    here.write_text(text.replace("=/opt/todo", "=/tmp"))
    assert judged(program("systemd-analyze", "systemd"), "verify", "--man=no", here) == ""


def test_the_unit_is_closed_by_default() -> None:
    analyze = program("systemd-analyze", "systemd")
    judged(analyze, "security", "--offline=true", f"--threshold={EXPOSURE}", UNIT)


def test_the_images_are_described_well() -> None:
    for name in ("Dockerfile", "Dockerfile.pgbouncer"):
        assert judged(BIN / "hadolint", OPS / "docker" / name) == ""


def test_the_composition_is_valid() -> None:
    judged(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", OPS / "docker" / "compose.yaml")


def test_the_scripts_are_sound() -> None:
    assert judged(program("shellcheck", "shellcheck"), *sorted((OPS / "docker").glob("*.sh"))) == ""
