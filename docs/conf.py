"""How Sphinx builds these pages as a site: `make docs`."""

import re

from sphinx.application import Sphinx

project = "Todo"
author = "The authors of Todo"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Todo"
html_copy_source = False
html_show_sphinx = False
myst_heading_anchors = 3

_BEYOND = re.compile(r"\[([^\]]+)\]\(\.\./([^)#]+)[^)]*\)")


def _named_not_linked(_: Sphinx, __: str, source: list[str]) -> None:
    """Files beside docs/ are no part of the site: their names stand where the repository's pages link to them."""
    source[0] = _BEYOND.sub(
        lambda link: f"`{link[2]}`" if link[1].strip("`") in link[2] else f"{link[1]} (`{link[2]}`)", source[0]
    )


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _named_not_linked)
