"""Identity: which records are of one person, vehicle or place; every judgement can be undone."""
