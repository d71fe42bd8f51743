"""The tasks in an account on a server.

address.py      which servers a token may be sent to      account.py   who is logged in, and where that is kept
connection.py   one request and its answer                client.py    repeated where it is safe; refusals become errors
tasks.py        what every command asks for               history.py   what `undo` takes back
session.py      login, logout, status                     pushing.py   the local file into the account
"""
