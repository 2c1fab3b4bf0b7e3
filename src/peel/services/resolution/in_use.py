"""The model in use of a kind, and what scores by it."""

from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from peel.services.resolution.engine.model import Altered, from_json
from peel.services.resolution.engine.scoring import Scorer
from peel.services.resolution.models import TrainedModel


def in_use(organisation: UUID, kind: str, using: str = "default") -> QuerySet[TrainedModel]:
    """The model of a kind that somebody of the organisation accepted: one row, or none."""
    return TrainedModel.objects.using(using).filter(
        organisation_id=organisation, kind=kind, state=TrainedModel.State.ACCEPTED
    )


@lru_cache(maxsize=32)
def scorer_of(model_id: UUID, fingerprint: str) -> Scorer | None:
    """What scores by the model of a row; None where it is not what was accepted."""
    content = TrainedModel.objects.values_list("content", flat=True).get(pk=model_id)
    try:
        model = from_json(content)
    except Altered:
        return None
    return Scorer(model) if model.hash == fingerprint else None
