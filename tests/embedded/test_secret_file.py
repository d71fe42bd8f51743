"""A secret is made once, whole, and only for its owner's eyes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.utils.secret_file import SecretFileError, read_or_make


def test_it_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "one"
    secret = read_or_make(path)
    assert len(secret) >= 32
    assert read_or_make(path, lambda: "another" * 10) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_the_mode_of_an_existing_folder_stays(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    read_or_make(tmp_path / "one")
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_processes_at_once_agree(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from api.utils.secret_file import read_or_make; "
        "sys.stdin.read(); print(read_or_make(pathlib.Path(sys.argv[1])))"
    )
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", program, str(tmp_path / "secrets" / "one")]
    racers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(8)]
    for racer in racers:
        assert racer.stdin
        racer.stdin.close()
    said = set()
    for racer in racers:
        assert racer.stdout
        said.add(racer.stdout.read())
        racer.stdout.close()
        assert racer.wait() == 0
    assert len(said) == 1
    assert said == {(tmp_path / "secrets" / "one").read_text()}


def test_what_a_crash_left_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "one.new").write_text("half")
    secret = read_or_make(tmp_path / "one")
    assert "half" not in secret
    assert list(tmp_path.iterdir()) == [tmp_path / "one"]


def test_a_secret_that_cannot_be_made_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> str:
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        read_or_make(tmp_path / "one", fail)
    assert not (tmp_path / "one").exists()
    assert read_or_make(tmp_path / "one")


@pytest.mark.parametrize("content", [b"", b"\n", b"short\n", b"x" * 31])
def test_a_short_one_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "one"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SecretFileError, match="is too short"):
        read_or_make(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_one_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "one"
    path.write_text("x" * 43)
    path.chmod(mode)
    with pytest.raises(SecretFileError, match=f"chmod 600 {path}"):
        read_or_make(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("folder", "link", "pipe"):
        with pytest.raises(SecretFileError):
            read_or_make(tmp_path / name)
    assert not (tmp_path / "elsewhere").exists()


def test_the_sentence_never_holds_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_text("Ada's secret")
    path.chmod(0o600)
    with pytest.raises(SecretFileError) as refusal:
        read_or_make(path)
    assert "Ada" not in str(refusal.value)
