"""`todo-server backup`: making, verifying, restoring, keeping and throwing away backups."""
