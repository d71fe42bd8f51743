"""How cost grows with the database: `make bench-scale`, or `python -m bench.scale`.

Three databases of one PostgreSQL are filled, and measured in turn within each round, so that ratios are of one run. The
servers, the load and pgbench are those of `make bench`.

    sizes.py       how large, who is measured, how long     spread.py     how many tasks the others have
    cluster.py     the databases, and servers on them       filling.py    their rows, and back to them after writes
    stage.py       what all measurements share              growth.py     by the size of the database
    persons.py     by the tasks of one person               processes.py  two processes on one database
    agreement.py   whether the two agree                    pooler.py     through PgBouncer
    figures.py     medians and ratios                       report.py     JSON and Markdown
    tables.py      the tables                               picture.py    SVG, with axes.py
"""
