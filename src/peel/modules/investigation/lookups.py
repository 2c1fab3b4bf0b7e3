"""How offences are found in forms: by CJS code or by words of the title."""

from typing import TYPE_CHECKING, Any

from peel.machine.forms.lookups import Found, LookUp, register_look_up
from peel.modules.investigation.offences.load import find_offences
from peel.modules.investigation.offences.models import Offence

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


def _by_key(text: str, identity: "Identity | None") -> Any:
    return Offence.objects.filter(code__iexact=text, current=True).first()


def _by_text(text: str, identity: "Identity | None", limit: int) -> list[Found]:
    return [_found(offence) for offence in find_offences(text, limit)]


def _found(offence: Any) -> Found:
    return Found(offence.code, str(offence))


register_look_up(Offence, LookUp(_by_key, _by_text, _found))
