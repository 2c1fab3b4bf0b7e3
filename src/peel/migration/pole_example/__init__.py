"""Loads the open POLE example: people, places, objects, crimes and calls, with all their links.

`mapping.toml` says what each file and column becomes. How to use it: docs/modules/exchange.md.
"""
