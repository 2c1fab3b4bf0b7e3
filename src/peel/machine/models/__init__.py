"""What the machine keeps for officers themselves; records are the kernel's and the modules'."""

from peel.machine.models.drafts import Draft

__all__ = ["Draft"]
