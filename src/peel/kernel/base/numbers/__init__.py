"""Numbers that the world gives to people and things: one file a number, no tables, no screens.

Each has `normal(text) -> str`, the number as we keep it, and raises Django's ValidationError in
plain English when `text` cannot be one; where a check character is wrong it names the right one.
`shown(number)` is how people read it, where that differs. A number that passes is well formed:
whether it was ever given out, only its owner knows.
"""
