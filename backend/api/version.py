"""The version of the application, as pyproject.toml says it."""

from importlib.metadata import version

VERSION = version("todo")
