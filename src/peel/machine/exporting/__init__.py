"""A list as a file: its rows by keyset, and each chunk accounted for before it leaves."""
