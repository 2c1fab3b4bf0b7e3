"""How Peel writes dates and times in British English."""
