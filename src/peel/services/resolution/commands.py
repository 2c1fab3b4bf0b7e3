"""Deciding what a run could not: whether two records are one person, and which model is used."""

from typing import Any
from uuid import UUID

from peel.kernel.audit.ledger import Act
from peel.kernel.records.models import Record
from peel.machine.commands import NotFound, Refused, Work, command
from peel.pole.identity import commands as identity
from peel.pole.identity import queries as judged
from peel.pole.identity.models import Judgement, Verdict
from peel.services.resolution import queries, rules
from peel.services.resolution.engine.model import Altered, from_json
from peel.services.resolution.models import HiddenPolicy, Proposal, TrainedModel

State = Proposal.State


@command(
    "resolution.decide",
    title="Decide whether two records are the same",
    permission=rules.REVIEW,
    act=Act.COMBINATION,
)
def decide(work: Work, *, proposal_id: UUID, verdict: str, reason: str) -> Proposal:
    """Judge a pair that a run proposed; the judgement bears its score and model.

    Raises Refused for the second of two who decide at once, with what the first has said.
    """
    row = queries.proposals().select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if row is None:
        raise NotFound
    if row.state != State.OPEN:
        raise Refused(_settled(row))
    judged.hold([row.first_id, row.second_id])
    if (held := _firm(row)) is not None:
        raise Refused(
            f"{held.asserted_by} has judged these two meanwhile:"
            f" {held.get_verdict_display().lower()}. {held.reason}"
        )
    score, model = row.weight, row.run.model.hash
    identity.judge(
        work, record_id=row.first_id, other=Record.objects.get(pk=row.second_id),
        verdict=verdict, reason=reason, score=score, model=model,
    )  # fmt: skip
    return work.amend(
        row, state=State.SETTLED, verdict=verdict, settled_at=work.at,
        settled_by_id=work.identity.appointment_id,
    )  # fmt: skip


def _settled(row: Proposal) -> str:
    if row.state == State.WITHDRAWN:
        return "The run that asked this was rolled back. There is nothing left to decide."
    verdict = Verdict(row.verdict).label.lower()
    return f"{row.settled_by} has decided these two meanwhile: {verdict}. Nothing was added."


def _firm(row: Proposal) -> Judgement | None:
    held = Judgement.objects.filter(
        first_id=row.first_id, second_id=row.second_id, ended_at=None
    ).exclude(verdict=Verdict.UNSURE)
    return held.select_related("asserted_by").first()


@command(
    "resolution.decide_model",
    title="Accept or refuse a model",
    permission=rules.MODEL_DECIDE,
    act=Act.ALTERATION,
)
def decide_model(work: Work, *, number: int, accept: bool, reason: str) -> TrainedModel:
    """Use a model from now on, or never. The one that was in use is retired."""
    rows = TrainedModel.objects.filter(organisation_id=work.identity.organisation_id)
    row = rows.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound
    if row.state != TrainedModel.State.WAITING:
        raise Refused(f"This model is decided already: {row.get_state_display().lower()}.")
    said: dict[str, Any] = {"decided_at": work.at, "decided_by_id": work.identity.appointment_id}
    if accept:
        _unaltered(row)
        for former in rows.filter(kind=row.kind, state=TrainedModel.State.ACCEPTED):
            work.amend(former, state=TrainedModel.State.RETIRED)
    state = TrainedModel.State.ACCEPTED if accept else TrainedModel.State.REFUSED
    return work.amend(row, state=state, reason=reason, **said)


@command(
    "resolution.decide_policy",
    title="Decide what is said of hidden matches",
    permission=rules.POLICY,
    act=Act.ALTERATION,
)
def decide_policy(work: Work, *, hidden: str, whom: str = "") -> HiddenPolicy:
    """Say from now on nothing of likely records that the caller may not see, or whom to ask."""
    said: dict[str, Any] = {"asks": hidden == "ask", "whom": whom if hidden == "ask" else ""}
    said |= {"decided_at": work.at, "decided_by_id": work.identity.appointment_id}
    key = work.identity.organisation_id
    row = HiddenPolicy.objects.select_for_update().filter(pk=key).first()
    work.detail = {"hidden": hidden}
    return work.amend(row, **said) if row else work.add(HiddenPolicy(pk=key, **said))


def _unaltered(row: TrainedModel) -> None:
    try:
        found = from_json(row.content)
    except Altered as problem:
        raise Refused(str(problem)) from None
    if found.hash != row.hash:
        raise Refused("This model was changed after it was trained. Train it again.")
