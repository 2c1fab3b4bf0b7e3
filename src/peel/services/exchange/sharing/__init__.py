"""A record with its links, written in forms that other systems read."""
