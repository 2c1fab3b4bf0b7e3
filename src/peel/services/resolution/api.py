"""The door of resolution: how a module says what tells its kinds apart."""

from peel.services.resolution.kinds.described import Described, compare, level, register
from peel.services.resolution.kinds.happening import happening

__all__ = ["Described", "compare", "happening", "level", "register"]
