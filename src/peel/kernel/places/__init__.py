"""Places: coordinates, the National Grid, addresses and what is near."""
