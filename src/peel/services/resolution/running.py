"""Training, planning, applying and undoing, as the loader: each step one transaction or none."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import duckdb
from django.conf import settings
from django.db import IntegrityError, connections

from peel.kernel.access.identity import speaking_as_system
from peel.kernel.access.models import Appointment
from peel.kernel.audit import ledger
from peel.kernel.base import clock
from peel.kernel.records import bulk
from peel.pole.identity import bulk as identity
from peel.pole.identity import kinds
from peel.services.resolution import before, gathering, keeping, sources
from peel.services.resolution.engine import backend, duck, guards, planning, procedure, sample
from peel.services.resolution.engine.clustering import Edge
from peel.services.resolution.engine.model import Altered, Model, from_json
from peel.services.resolution.engine.scoring import Scorer
from peel.services.resolution.in_use import in_use
from peel.services.resolution.keeping import PLANNED
from peel.services.resolution.models import Proposal, Run, TrainedModel
from peel.services.resolution.problems import CannotRun

USING = bulk.ALIAS
PEOPLE = gathering.KIND
TRAINED = "resolution.train"
REASON = "The same {noun}, by model {number}: what is recorded agrees at {join:g} bits or more"
ENDED = (
    "Not joined any more: by model {number} what is recorded agrees at less than {join:g} bits, or"
    " something stands against it"
)
Tell = Callable[[str], None]


@contextmanager
def _alone() -> Iterator[None]:
    """One step at a time: whoever comes second is told. Within a transaction of the loader's."""
    with connections[USING].cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended('resolution', 0))")
        if not cursor.fetchone()[0]:
            raise CannotRun("Another training or run is going on. Try again when it has ended.")
    yield


def train(
    post: Appointment, limits: duck.Limits, *, kind: str = PEOPLE, join: float = 20.0,
    review: float = 8.0, tell: Tell = lambda words: None,
) -> TrainedModel:  # fmt: skip
    """Make a model of all that is on record. It waits for a person to accept it."""
    source = sources.source_of(kind)
    with speaking_as_system(post.pk, USING), _alone(), duck.opened(limits) as connection:
        tell("Reading records from the database")
        model = source.model(connection, post.organisation_id, tell)
        model.join, model.review = join, review
        tell("Measuring it on what people have judged")
        gathering.judged(connection)
        measured = sample.measured(connection, model, before.said(connection))
        made = _kept(post, kind, model, measured)
        ledger.write(act=ledger.Act.COMBINATION, name=TRAINED, using=USING,
                     detail={"model": model.hash, "kind": kind})  # fmt: skip
    return made


def _kept(
    post: Appointment, kind: str, model: Model, measured: dict[str, Any] | None = None
) -> TrainedModel:
    rows = TrainedModel.objects.using(USING).filter(organisation_id=post.organisation_id)
    last = rows.order_by("-number").values_list("number", flat=True).first() or 0
    return TrainedModel.objects.using(USING).create(
        organisation_id=post.organisation_id, kind=kind, number=last + 1, hash=model.hash,
        content=model.to_json(), summary=model.trained, join=model.join, review=model.review,
        measured=measured or {},
    )  # fmt: skip


def bring(post: Appointment, text: str) -> TrainedModel:
    """Take in a model of people that was exported. Raises CannotRun if it was edited."""
    try:
        model = from_json(text)
    except Altered as problem:
        raise CannotRun(str(problem)) from None
    if lacking := gathering.lacking(model.shape):
        raise CannotRun(
            f"This model compares {', '.join(lacking)}, which people on record do not have: it was"
            " trained on other data. Train one on what is on record."
        )
    with speaking_as_system(post.pk, USING), _alone():
        made = _kept(post, PEOPLE, model)
        ledger.write(act=ledger.Act.COLLECTION, name=TRAINED, using=USING,
                     detail={"model": model.hash})  # fmt: skip
    return made


def read(row: TrainedModel) -> Model:
    """The model of a row. Raises CannotRun where it is not what was accepted."""
    try:
        model = from_json(row.content)
    except Altered as problem:
        raise CannotRun(str(problem)) from None
    if model.hash != row.hash:
        raise CannotRun("This model is not the one that was accepted: its fingerprint differs.")
    return model


@dataclass(frozen=True)
class Desk:
    """What a run works with: a DuckDB, the place where pairs are scored, and the model."""

    connection: duckdb.DuckDBPyConnection
    on: backend.Backend
    post: Appointment
    row: TrainedModel
    model: Model
    tell: Tell


@contextmanager
def desk(
    post: Appointment, limits: duck.Limits, kind: str, number: int | None, tell: Tell
) -> Iterator[Desk]:
    """The desk of one run, by the model in use or by that of a number. Raises CannotRun."""
    try:
        with (
            speaking_as_system(post.pk, USING),
            _alone(),
            duck.opened(limits) as connection,
            backend.opened(settings.PEEL_RESOLUTION_SPARK) as on,
        ):
            row = _model_row(post, kind, number)
            yield Desk(connection, on, post, row, read(row), tell)
    except backend.Unavailable as problem:
        raise CannotRun(str(problem)) from None


def plan(
    post: Appointment, limits: duck.Limits, *, kind: str = PEOPLE, number: int | None = None,
    tell: Tell = lambda words: None,
) -> Run:  # fmt: skip
    """Score all of a kind and keep what would be judged, ready to apply. Changes no record."""
    with desk(post, limits, kind, number, tell) as at:
        return over_all(at)


def over_all(at: Desk) -> Run:
    """A run over all that is on record of the model's kind."""
    at.tell("Reading records from the database")
    source = sources.source_of(at.row.kind)
    records = source.read(at.connection, at.post.organisation_id, at.model)
    gathering.judged(at.connection)
    found = procedure.paired(at.connection, at.model, on=at.on, tell=at.tell)
    return settled(at, found, {"records": records})


def settled(at: Desk, found: list[Edge], counts: dict[str, int], within: str = "") -> Run:
    """Plan what the scores say and keep it; `within` is a table of all who are concerned."""
    connection, model, row = at.connection, at.model, at.row
    source = sources.source_of(row.kind)
    said = before.said(connection, within)
    found += before.weigh(connection, model, said)
    at.tell("Joining, with guards")
    held = before.held(connection, model, said, source.why_alone)
    facts = guards.facts(connection, model.shape, source.one_only)
    guard = guards.Guards(facts, held.different, source.one_only.values())
    least, base = source.bounds
    made = planning.plan(
        found, guard, held, join=row.join, review=row.review, least=least, base=base
    )
    at.tell("Keeping the plan")
    one = Run.objects.using(USING).create(
        organisation_id=at.post.organisation_id, model=row, ended_at=clock.now(),
        counts={**counts, "pairs": len(found), **made.counts},
    )  # fmt: skip
    keeping.keep(connection, one, made, Scorer(model))
    ledger.write(act=ledger.Act.COMBINATION, name=PLANNED, using=USING,
                 detail={"run": str(one.pk), "model": row.hash})  # fmt: skip
    return one


def _model_row(post: Appointment, kind: str, number: int | None) -> TrainedModel:
    if number is None:
        row = in_use(post.organisation_id, kind, USING).first()
        if row is None:
            raise CannotRun("No model is in use. Train one, and have it accepted first.")
        return row
    rows = TrainedModel.objects.using(USING).filter(organisation_id=post.organisation_id)
    try:
        return rows.get(number=number, kind=kind)
    except TrainedModel.DoesNotExist:
        raise CannotRun(f"There is no model {number} of this kind.") from None


def apply(post: Appointment, run_id: UUID) -> Run:
    """Write the judgements of a planned run: all of them, or none. Raises CannotRun."""
    try:
        with speaking_as_system(post.pk, USING), _alone():
            one = _locked(post, run_id, Run.State.PLANNED)
            newer = Run.objects.using(USING).filter(
                organisation_id=post.organisation_id, model__kind=one.model.kind,
                applied_at__gt=one.began_at,
            )  # fmt: skip
            if newer.exists():
                raise CannotRun("Another run was applied since this one was planned. Run again.")
            identity.judged(_machine(one, post), *_edges(one))
            _note(one, state=Run.State.APPLIED, applied_at=clock.now())
    except (IntegrityError, identity.Stale):
        raise CannotRun(_CHANGED) from None
    except Exception as problem:
        if getattr(getattr(problem, "__cause__", None), "sqlstate", "") == "PI001":
            raise CannotRun(_CHANGED) from None
        raise
    return one


def _edges(one: Run) -> tuple[identity.Joins, identity.Ends]:
    """What a run writes and what it ends, each with why."""
    told = {"number": one.model.number, "join": one.model.join,
            "noun": kinds.noun(one.model.kind)}  # fmt: skip
    rows = list(one.edges.values_list("first_id", "second_id", "weight", "ends"))
    joins = [row[:3] for row in rows if not row[3]]
    ends = [row[:2] for row in rows if row[3]]
    return (joins, REASON.format(**told)), (ends, ENDED.format(**told))


_CHANGED = (
    "People have judged some of these records since the run was planned. Nothing was written."
    " Run again: what they said is then taken into account."
)


def roll_back(post: Appointment, run_id: UUID, reason: str) -> Run:
    """End every judgement that the run wrote, judge again what it ended, withdraw what it asks.

    What it ended of a run that is rolled back itself stays ended.
    """
    with speaking_as_system(post.pk, USING), _alone():
        one = _locked(post, run_id, Run.State.APPLIED)
        undone = Run.objects.using(USING).filter(state=Run.State.UNDONE)
        identity.withdrawn(_machine(one, post), reason, undone.values_list("pk", flat=True))
        Proposal.objects.using(USING).filter(run=one, state=Proposal.State.OPEN).update(
            state=Proposal.State.WITHDRAWN, settled_at=clock.now()
        )
        _note(one, state=Run.State.UNDONE, undone_at=clock.now(), reason=reason[:500])
    return one


def _machine(one: Run, post: Appointment) -> identity.Machine:
    return identity.Machine(run=one.pk, model=one.model.hash, post=post.pk)


def _locked(post: Appointment, run_id: UUID, state: str) -> Run:
    rows = Run.objects.using(USING).select_for_update(of=("self",)).select_related("model")
    one = rows.filter(pk=run_id, organisation_id=post.organisation_id).first()
    if one is None:
        raise CannotRun("There is no such run.")
    if one.state != state:
        raise CannotRun(f"This run is {one.get_state_display().lower()}.")
    return one


def _note(one: Run, **changes: datetime.datetime | str) -> None:
    Run.objects.using(USING).filter(pk=one.pk).update(**changes)
    for name, value in changes.items():
        setattr(one, name, value)
