"""What `./peel new record` writes: a module's files, ready to be made one's own."""
