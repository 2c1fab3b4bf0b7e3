"""The ledger: who did what to which records, when, from where and why, so that nobody can deny it.

Lines are chained in lanes, sealed in a Merkle tree, signed, and checked by a separate program.
The law: Data Protection Act 2018, section 62 (logging).
"""
