"""kill -9 under load, again and again, and afterwards a look at every task: `make crash`, or `python -m durability.crash`.

People write through the API of a real server and keep a ledger of their own, outside the database. The API, PostgreSQL or
both are killed at random moments, which a seed decides. Then everything must be as the ledger says: what was acknowledged
is there and whole, what was refused is not, and what went unanswered happened wholly or not at all, and once.

    schedule.py  who is killed when, what people do: from the seed     run.py      what the cycles have in common
    attempt.py   one write, from before it is sent to its end          ledger.py   what must be there, of one person
    writes.py    the kinds of writes                                   check.py    the ledger beside what was found
    person.py    sends, notes, repeats, reads                          journal.py  every attempt, in a file
    answers.py   whether an answer is what was asked for               look.py     everything that a person has, checked
    site.py      the server: started, killed, started again            victims.py  which processes are killed
    cycle.py     one round of all that                                 result.py   the line of JSON
    database.py  behind the server's back: settings, counts, amcheck
"""
