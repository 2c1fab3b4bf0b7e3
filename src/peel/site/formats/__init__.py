"""How Peel writes dates and times, by language."""
