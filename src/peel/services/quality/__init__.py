"""Data quality: what is missing, implausible, a placeholder or there twice, by unit and day."""
