"""POLE's writes: nominals and what is asserted of them, markers, locations, and links."""

from peel.pole.commands import facts, links, locations, markers, nominals, recording

__all__ = ["facts", "links", "locations", "markers", "nominals", "recording"]
