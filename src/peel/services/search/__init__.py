"""Finding anyone and anything: names, numbers, places and words in one box, visibility obeyed."""
