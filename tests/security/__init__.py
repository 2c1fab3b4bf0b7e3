"""Attacks: raw SQL, every address, timings, hostile and simultaneous input."""
