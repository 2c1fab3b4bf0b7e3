"""Saved views of lists: kept by their owner, shared with a unit or an organisation."""
