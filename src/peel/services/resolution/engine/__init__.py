"""The procedure that tells which records are of one person: pure functions, no Django.

`text` and `standard` write values in one form; `rules` and `comparisons` say what is compared;
`blocking` chooses which pairs are; Splink trains (`training`) and scores (`predicting`) on DuckDB;
`scoring` gives one pair the same weight in process; `clustering` joins, with guards.
"""
