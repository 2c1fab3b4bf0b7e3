"""Records come in from other systems' files and leave in forms that other systems read."""
