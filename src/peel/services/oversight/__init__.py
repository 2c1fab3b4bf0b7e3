"""Oversight: the auditor's pages over the ledger. It reads and proves; it changes no record."""
