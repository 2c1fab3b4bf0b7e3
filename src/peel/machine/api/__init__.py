"""The derived API: the same reads and commands as the pages, in JSON."""
