"""POLE: people, objects, locations, events, and the typed, directed, dated links between them.

The language that every module speaks. Names, dates of birth, identifiers and links are
assertions: each says who said so, when, and in which record.
"""
