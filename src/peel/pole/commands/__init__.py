"""POLE's writes: nominals and what is asserted of them, markers, and links."""

from peel.pole.commands import facts, links, markers, nominals

__all__ = ["facts", "links", "markers", "nominals"]
