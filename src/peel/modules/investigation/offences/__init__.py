"""The offences, source categories and outcomes that a crime may name, each with its source.

The data files are versioned and effective-dated; `LICENCE.md` says where each comes from. A
published version is never edited: a newer one is added beside it.
"""
