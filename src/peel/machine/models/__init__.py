"""What the machine keeps for officers themselves; records are the kernel's and the modules'."""

from peel.machine.models.drafts import Draft
from peel.machine.models.kept import KeptAnswer
from peel.machine.models.views import DefaultView, SavedView

__all__ = ["DefaultView", "Draft", "KeptAnswer", "SavedView"]
