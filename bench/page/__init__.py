"""How quick the page is in a browser with 10,000 tasks: `make bench-page`, or `python -m bench.page`.

stage.py       a server, a person with tasks, a signed-in browser
browser.py     Debian's Chromium                  probe.py     what is measured inside of the page
deeds.py       what a person does, in rounds      figures.py   what was found, beside its goal
report.py      JSON and Markdown
pictures.py    `make pictures`: the pictures of docs/, with the tasks of sample.py
"""
