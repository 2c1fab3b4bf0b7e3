"""Programs as callers: their tokens, what the API says of itself, and what has changed."""
