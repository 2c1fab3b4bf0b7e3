"""The machine: a kind of record is declared once, its pages, commands, API and tests are derived.

It knows no module by name. A module declares a sheet in `record.py` and writes in `commands.py`.
"""
