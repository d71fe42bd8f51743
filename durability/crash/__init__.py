"""kill -9 under load, again and again, and afterwards a look at every task: `make crash`, or `python -m durability.crash`.

People write through the API of a real server and keep a ledger of their own, outside the database. The API, PostgreSQL or
both are killed at random moments, which a seed decides. Then everything must be as the ledger says: what was acknowledged
is there and whole, what was refused is not, and what went unanswered happened wholly or not at all, and once.

    schedule.py  who is killed when, what people do: from the seed     ledger.py   what must be there, of one person
    attempt.py   one write, from before it is sent to its end          check.py    the ledger beside what was found
    writes.py    the kinds of writes                                   journal.py  every attempt, in a file
    person.py    writes, notes, repeats, looks                         site.py     the server: started, killed, started again
    victims.py   which processes are killed                            cycle.py    one round of all that
    database.py  behind the server's back: settings, counts, amcheck   result.py   the line of JSON
"""
