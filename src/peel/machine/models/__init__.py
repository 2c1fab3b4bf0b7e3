"""What the machine keeps for officers themselves; records are the kernel's and the modules'."""

from peel.machine.models.drafts import Draft
from peel.machine.models.kept import KeptAnswer

__all__ = ["Draft", "KeptAnswer"]
