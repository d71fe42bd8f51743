"""What the server makes of the machine: `make bench`, or `python -m bench`.

Everything is measured in one run and interleaved, since a figure of yesterday says little about a machine of today: what
PostgreSQL reaches with the very same transactions (pgbench), what uvicorn reaches with an application that does nothing,
and what the API reaches (wrk), all on the same cores.

    cells.py       what is measured              plan.py      in which order, for how long
    server.py      the servers under test        bare.py      the application that does nothing
    people.py      whose tasks, how many         measure.py   processor time and memory, from /proc
    statements.py  transactions for pgbench      recording.py the API's SQL, written down as it is sent
    limits.py      pgbench                       logins.py    passwords checked, and nothing else
    load.py        wrk, with load.lua            latencies.py quantiles
    report.py      JSON, Markdown and the table  about.py      machine, interpreter, versions
    endurance/     `make load`: a hundred people at once for as long as wanted, and whether anything fails or grows
    scale/         `make bench-scale`: how cost grows with the database
    page/          `make bench-page`: how quick the page is in a browser; `make pictures`
    lighthouse/    `make lighthouse`: Lighthouse's scores of every page
"""
