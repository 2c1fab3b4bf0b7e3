"""Peel: an integrated policing platform, from the 999 call to the court file."""
