"""`make faults`: what people see of a database that fails, by fault and operation. docs/durability.md has the table.

__main__.py   the command                          matrix.py      all faults, some side by side
trial.py      one fault while people work          operations/    what they do, and what must come of it
catalogue.py  the faults                           proxy.py       the link that fails
site.py       database, link and server            on_database.py what is done to PostgreSQL itself
person.py     an account and its requests          answers.py     what is wrong with an answer
disk.py       a disk that is small                 log.py         what the server may not have logged
commits.py    a thousand answers to COMMIT lost    disasters.py   a hundred people through six disasters
"""
