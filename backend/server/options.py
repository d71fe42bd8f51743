"""Options that commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


def data_dir_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--data-dir`, as every command has it."""
    return click.option(
        "--data-dir", type=click.Path(path_type=Path), help="Where the embedded database, its secrets and backups live."
    )(command)
