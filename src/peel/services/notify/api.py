"""The door of notices: telling officers what concerns them, and what waits for whoever asks."""

from peel.services.notify.models import Reason
from peel.services.notify.queries import Waiting, waiting
from peel.services.notify.telling import tell, tell_of_change, tell_owner

__all__ = ["Reason", "Waiting", "tell", "tell_of_change", "tell_owner", "waiting"]
