"""Live pages: what changed, told to whoever has it open and may see it, as ids and versions."""
