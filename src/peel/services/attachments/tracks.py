"""What timelines tell of pictures: faces marked in a record's files, whose they are, portraits."""

from typing import TYPE_CHECKING, Any

from peel.kernel.audit import looks
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.sheets import Told, Track
from peel.pole.models import Nominal
from peel.pole.tracks import told
from peel.services.attachments.commands import OPEN
from peel.services.attachments.faces import PERSON
from peel.services.attachments.models import Face, FaceName, Portrait

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_NAMED = ("asserted_in", "nominal", "face__attachment")


def _faces(versions: Any, record: Any, identity: "Identity") -> Any:
    marked = Face.objects.filter(attachment__record_id=record.pk)
    return versions.filter(pgh_obj__in=marked).select_related("asserted_in", "attachment")


def _names(versions: Any, record: Any, identity: "Identity") -> Any:
    """Names given to faces in the record's files; a person's own names stand among her images."""
    if not identity.may(PERSON):
        return versions.none()
    given = FaceName.objects.filter(face__attachment__record_id=record.pk)
    given = given.exclude(nominal_id=record.pk)
    return versions.filter(pgh_obj__in=given).select_related(*_NAMED)


def _images(versions: Any, record: Any, identity: "Identity") -> Any:
    return versions.filter(nominal_id=record.pk).select_related(*_NAMED)


def _portraits(versions: Any, record: Any, identity: "Identity") -> Any:
    return versions.filter(nominal_id=record.pk).select_related("asserted_in", "attachment")


def _face(now: Any, before: Any) -> Told:
    across, down = (f"{float(share):g} %" for share in (now.left, now.top))
    words = f"{now.attachment.name}, at {across} from the left and {down} from the top"
    return told("Face", words, words if before else "", now)


def _name(now: Any, before: Any) -> Told:
    looks.note((now.nominal_id, now.face.attachment.record_id))
    who = f"{now.nominal.reference} {now.nominal.title}"
    words = f"{who}, on {now.face.attachment.name}"
    return told("Name of a face", words, words if before else "", now)


def _portrait(now: Any, before: Any) -> Told:
    looks.note((now.attachment.record_id,))
    words = f"{now.attachment.name}: {now.reason}"
    return told("Portrait", words, words if before else "", now)


for _model, _track in (
    (Record, Track("faces", "Face", Face, _faces, _face, OPEN)),
    (Record, Track("face-names", "Name of a face", FaceName, _names, _name, OPEN)),
    (Nominal, Track("images", "Image", FaceName, _images, _name, OPEN)),
    (Nominal, Track("portraits", "Portrait", Portrait, _portraits, _portrait, OPEN)),
):
    registry.register_track(_model, _track)
