"""`make parity`: the same random operations through every door, compared after each step. docs/console.md tells the result.

__main__.py   the command                          proof.py     many episodes, several at once
episode.py    200 steps on fresh tasks             shrink.py    the fewest commands that still differ
many.py       some on thousands of tasks
words.py      random operations, as they are typed  model.py     the rules alone: what must come of them
named.py      which tasks words name together      compare.py   what may differ, and what not
doors.py      the console, on file and account     http.py      the API, spoken to directly; api.py is its connection
through_page.py  a few through the page in Chromium
migration/    `make migration-proof`: 100,000 records with dirt through `import-json` and `push`
"""
