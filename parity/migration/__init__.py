"""`make migration-proof`: a file of so many records, one in a hundred dirty, through `push` and `import-json`, killed again and
again. What it must become is known from the making of the file, not from the code that reads it."""
