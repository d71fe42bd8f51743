"""A hundred people at once, for as long as wanted: `make load`, or `python -m bench.endurance`.

Once with the pauses that people make and once without, on the server as shipped. Every answer is looked at, and what the
server and its database take is watched: nothing may fail, be late, or grow. Exit status 1 where something does not hold.

    visitor.py     what one person does and must find       session.py   their tokens; asks, and whose tasks come back
    connection.py  HTTP on one socket                       tally.py     counts and latencies
    phase.py       everybody at once, for a while           watch.py     memory, connections, sizes, over time
    verdict.py     what must hold, and whether it does      timeline.py  minute by minute
    report.py      JSON and Markdown
"""
