"""How what a disaster left is put right, and what has to be there before it for that."""

from backup.drill.stage import Stage


def nothing_before(_: Stage) -> None:
    """What `serve` does by itself is enough."""


def start(stage: Stage, _: str) -> None:
    stage.serve()


def restore_latest(stage: Stage, _: str) -> None:
    stage.restore("--latest")
    stage.serve()


def restore_after_stop(stage: Stage, _: str) -> None:
    stage.kill()
    restore_latest(stage, "")


def restore_moment(stage: Stage, moment: str) -> None:
    stage.stop()
    stage.restore("--at", moment + ":00")
    stage.serve()


def make_logical(stage: Stage) -> None:
    """Encrypted, whatever became of the others: it is the one that leaves the house."""
    stage.keys = stage.operator
    stage.run("backup", "create", *(stage.keys.options[:2] if stage.keys else ()))


def restore_logical(stage: Stage, _: str) -> None:
    stage.restore(max(path.name for path in (stage.root / "logical").iterdir()))
    stage.serve()
