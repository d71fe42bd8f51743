"""`todo-server check`: looks at everything that a server needs, changes nothing, and says how to mend what is wrong."""
