"""Judging of two records: same, different, unsure; splitting one off; ending a judgement.

The source records are never written. Nobody gets a new version, as with links: to whoever may see
one of two records alone nothing has changed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

import peel.pole.identity.shown  # noqa: F401  (panel, page and operation, by kind)
from peel.kernel.audit.ledger import Act
from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import Record
from peel.machine.commands import Invalid, NotFound, Refused, Work
from peel.machine.commands.registry import Command, add
from peel.pole.identity import api, events, kinds, queries
from peel.pole.identity.forms import EndJudgementForm, SplitForm, judge_form
from peel.pole.identity.models import Judgement, Verdict

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

JUDGE, END = "pole.identity.judge", "pole.identity.end"
# Said whatever it is that stands in the way and that the caller may not see.
NOT_NOW = "This cannot be recorded as it stands. Ask the data office to look at it."


def judge(
    work: Work,
    *,
    record_id: UUID,
    other: Record,
    verdict: str,
    reason: str,
    version: int | None = None,
    asserted_in: Record | None = None,
    score: float | None = None,
    model: str = "",
) -> Record:
    """Say of two records that they are the same, different, or that it is not sure.

    `score` and `model` say what the machine had told whoever judges. No form asks for them.
    """
    if other.pk == record_id:
        raise Invalid({"other": ["This is the same record. Choose another one."]})
    locked = _locked(work, (record_id, other.pk))
    record, target = locked[record_id], locked[other.pk]
    if target.kind != record.kind:
        raise Invalid({"other": [f"{target.reference} is not a {kinds.noun(record.kind)}."]})
    act = uuid7()
    _give_way(work, record, target, verdict, act)
    _refuse(work, record, target, verdict)
    told = {"score": score, "model": model, "asserted_in": asserted_in}
    _say(work, record, target, verdict=verdict, reason=reason, act=act, **told)
    _tell(work, locked.values())
    return record


def _locked(work: Work, ids: Sequence[UUID]) -> dict[UUID, Record]:
    """The clusters of these records, then the records themselves, locked in one order."""
    if len(Record.objects.visible_to(work.identity).filter(pk__in=ids)) != len(set(ids)):
        raise NotFound
    queries.hold(ids)
    return {pk: work.lock(Record, pk) for pk in sorted(set(ids))}


def _say(work: Work, one: Record, other: Record, **said: Any) -> Judgement:
    first, second = sorted((one, other), key=lambda record: record.pk)
    return work.add(
        Judgement(
            first=first, second=second, asserted_by_id=work.identity.appointment_id,
            asserted_at=work.at, **said,
        )
    )  # fmt: skip


def _end(work: Work, judgement: Judgement, reason: str, act: UUID) -> None:
    work.amend(
        judgement, ended_at=work.at, ended_by_id=work.identity.appointment_id,
        end_reason=reason, ended_act=act,
    )  # fmt: skip


def _tell(work: Work, records: Any) -> None:
    for record in records:
        work.concern(record)
    work.publish(events.Judged(tuple(record.pk for record in records)))


def _between(one: UUID, two: UUID) -> Judgement | None:
    first, second = sorted((one, two))
    return Judgement.objects.filter(first_id=first, second_id=second, ended_at=None).first()


def _give_way(work: Work, record: Record, other: Record, verdict: str, act: UUID) -> None:
    """What was not sure gives way to what is; a firm judgement has to be ended first."""
    held = _between(record.pk, other.pk)
    if held is None:
        return
    if held.verdict == verdict:
        raise Invalid({"verdict": [f"{_two(record, other)} are judged so already."]})
    if held.verdict != Verdict.UNSURE:
        said = held.get_verdict_display().lower()
        raise Refused(f"{_two(record, other)} are judged {said}: {held.reason} End that first.")
    _end(work, held, "Judged anew", act)


def _two(one: Record, other: Record) -> str:
    return f"{one.reference} and {other.reference}"


def _refuse(work: Work, record: Record, other: Record, verdict: str) -> None:
    """Refuse what contradicts a judgement that holds, here or elsewhere in what would be joined."""
    if verdict == Verdict.SAME:
        found = queries.clash(record.pk, other.pk)
        if found is True:
            raise Refused(NOT_NOW)
        if found is not False:
            a, b = queries.records_of(found, work.identity)
            raise Refused(f"{_two(a, b)} are judged different, and this would join them.")
    elif queries.are_joined(record.pk, other.pk):
        if other.pk not in api.members(record.pk):
            raise Refused(NOT_NOW)
        noun = kinds.noun(record.kind)
        raise Refused(
            f"{_two(record, other)} are judged to be the same {noun}. Split one off first."
        )


def _split(work: Work, *, record_id: UUID, reason: str, version: int | None = None) -> Record:
    """Take a record out of its cluster, and keep it apart from each of the rest.

    What holds it there ends. The rest stay together as far as they are judged the same by
    judgements of their own: what rested on this record alone has lost its ground.
    """
    if not Record.objects.visible_to(work.identity).filter(pk=record_id).exists():
        raise NotFound
    queries.hold([record_id])
    group = api.members(record_id)
    if len(group) == 1:
        raise Refused("This record is not joined to any other.")
    # Those at which a judgement changes are locked; who is in the cluster is settled by the hold.
    locked = {pk: work.lock(Record, pk) for pk in group}
    act = uuid7()
    either = Q(first_id=record_id) | Q(second_id=record_id)
    for held in Judgement.objects.filter(either, ended_at=None, verdict=Verdict.SAME):
        _end(work, held, reason, act)
    record = locked[record_id]
    for pk, other in locked.items():
        if pk != record_id:
            _part(work, record, other, reason, act)
    _tell(work, locked.values())
    return record


def _part(work: Work, record: Record, other: Record, reason: str, act: UUID) -> None:
    """Two of one cluster are different from now on."""
    if (unsure := _between(record.pk, other.pk)) is not None:
        _end(work, unsure, reason, act)
    if queries.are_joined(record.pk, other.pk):
        raise Refused(NOT_NOW)
    _say(work, record, other, verdict=Verdict.DIFFERENT, reason=reason, act=act)


def _end_judgement(
    work: Work,
    *,
    record_id: UUID,
    which: UUID,
    reason: str,
    whole: bool = False,
    version: int | None = None,
) -> Record:
    """Say that a judgement no longer holds; `whole` undoes all that its act did."""
    known = queries.judgements_of(api.members(record_id))
    asked = known.filter(pk=which).first()
    if asked is None:
        raise NotFound
    rows = Judgement.objects.filter(Q(act=asked.act) | Q(ended_act=asked.act)) if whole else []
    locked = _locked(
        work, [record_id, *{key for row in (asked, *rows) for key in (row.first_id, row.second_id)}]
    )
    asked.refresh_from_db()
    if asked.ended_at is not None:
        raise Refused(f"{asked.ended_by} ended this judgement meanwhile: {asked.end_reason}")
    act = uuid7()
    made = Judgement.objects.filter(act=asked.act, ended_at=None) if whole else [asked]
    for row in made:
        _end(work, row, reason, act)
    gone = Judgement.objects.filter(ended_act=asked.act) if whole else ()
    for row in gone:
        _restore(work, locked, row, reason, act)
    _tell(work, locked.values())
    return locked[record_id]


def _restore(
    work: Work, locked: dict[UUID, Record], row: Judgement, reason: str, act: UUID
) -> None:
    """Judge again what an act that is undone had ended."""
    first, second = locked[row.first_id], locked[row.second_id]
    if _between(first.pk, second.pk) is not None:
        return
    _refuse(work, first, second, row.verdict)
    again = f"{row.reason} (again, for that was undone: {reason})"[:500]
    said = {"verdict": row.verdict, "reason": again, "act": act}
    _say(work, first, second, asserted_in=row.asserted_in, **said)


def _register(sheet: "Sheet") -> None:
    """The commands of one kind."""
    model = sheet.model

    def never(record: Any, identity: Any) -> bool:
        """No button of its own: the panel and the page that compares two lead there."""
        return False

    for name, title, permission, function, act, form in (
        ("judge", "Judge two records", JUDGE, judge, Act.COMBINATION, judge_form(model)),
        ("split", "Split from the others", END, _split, Act.ALTERATION, SplitForm),
        ("end_judgement", "End a judgement", END, _end_judgement, Act.ALTERATION,
         EndJudgementForm),
    ):  # fmt: skip
        add(Command(f"{sheet.kind}.{name}", title, permission, function, act, form,
                    on=model, offered=never))  # fmt: skip


for _sheet in kinds.sheets():
    _register(_sheet)
