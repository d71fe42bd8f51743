"""Lighthouse over the page: `make lighthouse`, or `python -m bench.lighthouse`.

Lighthouse is in a package.json of its own beside this file, with its own lock: 185 MB that building the page does not need.
Its `overrides` name the version of a package that one of its parts wants as "latest": no lock holds with that.
"""
