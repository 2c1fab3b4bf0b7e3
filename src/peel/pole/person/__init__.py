"""The page of a person: all that is known, on one screen, each fact with its source."""
