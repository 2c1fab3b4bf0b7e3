"""POLE's writes: nominals and their assertions, and links."""

from peel.pole.commands import links, nominals

__all__ = ["links", "nominals"]
