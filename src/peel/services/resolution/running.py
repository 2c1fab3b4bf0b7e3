"""Training, planning, applying and undoing, as the loader: each step one transaction or none."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import duckdb
import pyarrow
from django.db import IntegrityError, connections

from peel.kernel.access.identity import speaking_as_system
from peel.kernel.access.models import Appointment
from peel.kernel.audit import ledger
from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.pole.identity import bulk as identity
from peel.services.resolution import gathering
from peel.services.resolution.engine import duck, guards, planning, procedure, sample, training
from peel.services.resolution.engine.model import Altered, Model, from_json
from peel.services.resolution.engine.scoring import Scorer
from peel.services.resolution.engine.standard import standardise
from peel.services.resolution.models import Proposal, Run, TrainedModel

USING = bulk.ALIAS
TRAINED, PLANNED = "resolution.train", "resolution.run"
REASON = "The same person, by model {number}: what is recorded agrees at {join:g} bits or more"
MINORITY = 18
_SAID = pyarrow.schema([
    ("one", pyarrow.string()), ("two", pyarrow.string()), ("verdict", pyarrow.string()),
    ("person", pyarrow.bool_()),
])  # fmt: skip
Tell = Callable[[str], None]


class CannotRun(Exception):
    """A step cannot be taken; the message says why, for people."""


@contextmanager
def _alone() -> Iterator[None]:
    """One step at a time: whoever comes second is told. Within a transaction of the loader's."""
    with connections[USING].cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended('resolution', 0))")
        if not cursor.fetchone()[0]:
            raise CannotRun("Another training or run is going on. Try again when it has ended.")
    yield


def train(
    post: Appointment, limits: duck.Limits, *, join: float = 20.0, review: float = 8.0,
    tell: Tell = lambda words: None,
) -> TrainedModel:  # fmt: skip
    """Train a model on all that is on record. It waits for a person to accept it."""
    with speaking_as_system(post.pk, USING), _alone(), duck.opened(limits) as connection:
        tell("Reading people from the database")
        records = gathering.gather(connection, post.organisation_id)
        if records < gathering.WORTH:
            raise CannotRun(f"{records} people are too few to train on.")
        shape = gathering.shape_of_raw(connection)
        duck.run(connection, "delete from raw where unique_id in (select number from known"
                             " where apart = '1')")  # fmt: skip
        standardise(connection, shape)
        model = training.train(connection, shape, tell=tell)
        model.join, model.review = join, review
        tell("Measuring it on what people have judged")
        made = _kept(post, model, sample.measured(connection, model, _said(connection)))
        ledger.write(act=ledger.Act.COMBINATION, name=TRAINED, using=USING,
                     detail={"model": model.hash, "records": records})  # fmt: skip
    return made


def _kept(post: Appointment, model: Model, measured: dict[str, Any] | None = None) -> TrainedModel:
    rows = TrainedModel.objects.using(USING).filter(organisation_id=post.organisation_id)
    last = rows.order_by("-number").values_list("number", flat=True).first() or 0
    return TrainedModel.objects.using(USING).create(
        organisation_id=post.organisation_id, number=last + 1, hash=model.hash,
        content=model.to_json(), summary=model.trained, join=model.join, review=model.review,
        measured=measured or {},
    )  # fmt: skip


def bring(post: Appointment, text: str) -> TrainedModel:
    """Take in a model file that was exported. Raises CannotRun if it was edited."""
    try:
        model = from_json(text)
    except Altered as problem:
        raise CannotRun(str(problem)) from None
    with speaking_as_system(post.pk, USING), _alone():
        made = _kept(post, model)
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


def in_use(organisation: UUID, using: str = USING) -> TrainedModel | None:
    """The model that somebody accepted, if one was."""
    return TrainedModel.objects.using(using).filter(
        organisation_id=organisation, kind=gathering.KIND, state=TrainedModel.State.ACCEPTED
    ).first()  # fmt: skip


def plan(
    post: Appointment, limits: duck.Limits, *, number: int | None = None,
    tell: Tell = lambda words: None,
) -> Run:  # fmt: skip
    """Score everybody and keep what would be judged, ready to apply. Changes no record."""
    with speaking_as_system(post.pk, USING), _alone(), duck.opened(limits) as connection:
        row = _model_row(post, number)
        model = read(row)
        tell("Reading people from the database")
        records = gathering.gather(connection, post.organisation_id)
        found = procedure.scored(connection, model, tell=tell)
        tell("Joining, with guards")
        held = _held(connection, model)
        guard = guards.Guards(guards.facts(connection, model), held.different)
        made = planning.plan(
            found, guard, held, join=row.join, review=row.review, least=procedure.LEAST
        )
        tell("Keeping the plan")
        one = Run.objects.using(USING).create(
            organisation_id=post.organisation_id, model=row, ended_at=clock.now(),
            counts={"records": records, "pairs": len(found), **made.counts},
        )  # fmt: skip
        _keep(connection, one, made, Scorer(model))
        ledger.write(act=ledger.Act.COMBINATION, name=PLANNED, using=USING,
                     detail={"run": str(one.pk), "model": row.hash})  # fmt: skip
    return one


def _model_row(post: Appointment, number: int | None) -> TrainedModel:
    if number is None:
        row = in_use(post.organisation_id)
        if row is None:
            raise CannotRun("No model is in use. Train one, and have it accepted first.")
        return row
    rows = TrainedModel.objects.using(USING).filter(organisation_id=post.organisation_id)
    try:
        return rows.get(number=number)
    except TrainedModel.DoesNotExist:
        raise CannotRun(f"There is no model {number}.") from None


def _held(connection: duckdb.DuckDBPyConnection, model: Model) -> planning.Held:
    """What was judged before, by record number, and who is left to people."""
    judged: dict[str, list[tuple[int, int]]] = {"same": [], "different": [], "unsure": []}
    for one, two, verdict, _ in _said(connection):
        judged[verdict].append((one, two))
    return planning.Held(
        same=judged["same"], different=frozenset(judged["different"]),
        unsure=frozenset(judged["unsure"]), alone=_for_people(connection),
        twins=frozenset(guards.twins(connection, model)),
    )  # fmt: skip


def _said(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int, str, bool]]:
    """Judgements that hold, by record number: the two, the verdict, whether a person said so."""
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "select first_id, second_id, verdict, run is null from identity_judgement"
            " where ended_at is null"
        )
        said = cursor.fetchall()
    connection.register("said", pyarrow.table({
        "one": [str(row[0]) for row in said], "two": [str(row[1]) for row in said],
        "verdict": [row[2] for row in said], "person": [row[3] for row in said],
    }, schema=_SAID))  # fmt: skip
    rows = duck.run(
        connection,
        """select least(a.number, b.number), greatest(a.number, b.number),
        verdict, person from said join known a on a.id = one::uuid join known b on b.id = two::uuid
        """,
    )
    connection.unregister("said")
    return rows


def _for_people(connection: duckdb.DuckDBPyConnection) -> frozenset[int]:
    """Records that no run joins: restricted, marked above OFFICIAL, or of somebody under 18."""
    today = clock.today()
    cut = today.replace(year=today.year - MINORITY, day=min(today.day, 28)).isoformat()
    young = f"len(list_filter(births, lambda b: b >= left('{cut}', length(b)))) > 0"
    rows = duck.run(
        connection,
        f"""select unique_id from person where {young}
        union select number from known where apart = '1'""",
    )
    return frozenset(row[0] for row in rows)


def _keep(
    connection: duckdb.DuckDBPyConnection, one: Run, made: planning.Plan, scorer: Scorer
) -> None:
    """The joins into the run's own table, the questions as proposals."""
    numbers = {key for each in made.joins for key in each[:2]}
    numbers |= {key for each in made.questions for key in (each.first, each.second)}
    ids = _ids(connection, numbers)
    with (
        connections[USING].cursor() as cursor,
        cursor.copy(
            "copy resolution_edge (run_id, first_id, second_id, weight) from stdin"
        ) as copy,
    ):
        for first, second, weight in made.joins:
            copy.write_row((one.pk, ids[first], ids[second], weight))
    _propose(connection, one, made.questions, scorer, ids)


def _ids(connection: duckdb.DuckDBPyConnection, numbers: set[int]) -> dict[int, UUID]:
    connection.register("wanted", pyarrow.table({
        "number": pyarrow.array(sorted(numbers), pyarrow.int64())
    }))  # fmt: skip
    rows = duck.run(connection, "select number, id from known semi join wanted using (number)")
    connection.unregister("wanted")
    return dict(rows)


def _propose(
    connection: duckdb.DuckDBPyConnection, one: Run, questions: Sequence[planning.Question],
    scorer: Scorer, ids: dict[int, UUID],
) -> None:  # fmt: skip
    open_now = set(Proposal.objects.using(USING).filter(state=Proposal.State.OPEN)
                   .values_list("first_id", "second_id"))  # fmt: skip
    rows = _rows(connection, {key for each in questions for key in (each.first, each.second)})
    shared = {"run_id": str(one.pk), "state": "open", "verdict": "",
              "made_at": clock.now().isoformat()}  # fmt: skip
    door = bulk.Batch(PLANNED)
    for each in questions:
        pair = sorted((ids[each.first], ids[each.second]))
        if tuple(pair) in open_now:
            continue
        parts = [[part.words, part.level, round(part.weight, 2), not part.missing]
                 for part in scorer.score(rows[each.first], rows[each.second]).parts]  # fmt: skip
        told = {"id": str(uuid7()), "first_id": str(pair[0]), "second_id": str(pair[1]),
                "weight": round(each.weight, 3), "parts": parts, "why": each.why,
                "attention": each.attention}  # fmt: skip
        door.add_columns(Proposal._meta.db_table, told, shared)
    if door:
        with connections[USING].cursor() as cursor:
            door.stage_and_move(cursor)


def _rows(connection: duckdb.DuckDBPyConnection, numbers: set[int]) -> dict[int, dict[str, Any]]:
    connection.register("wanted", pyarrow.table({
        "unique_id": pyarrow.array(sorted(numbers), pyarrow.int64())
    }))  # fmt: skip
    found = connection.execute("select * from person semi join wanted using (unique_id)")
    names = [each[0] for each in found.description]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
    connection.unregister("wanted")
    return rows


def apply(post: Appointment, run_id: UUID) -> Run:
    """Write the judgements of a planned run: all of them, or none. Raises CannotRun."""
    try:
        with speaking_as_system(post.pk, USING), _alone():
            one = _locked(post, run_id, Run.State.PLANNED)
            newer = Run.objects.using(USING).filter(
                organisation_id=post.organisation_id, applied_at__gt=one.began_at
            )
            if newer.exists():
                raise CannotRun("Another run was applied since this one was planned. Run again.")
            pairs = list(one.edges.values_list("first_id", "second_id", "weight"))
            reason = REASON.format(number=one.model.number, join=one.model.join)
            if pairs:
                identity.joined(_machine(one, post), pairs, reason)
            _note(one, state=Run.State.APPLIED, applied_at=clock.now())
    except IntegrityError:
        raise CannotRun(_CHANGED) from None
    except Exception as problem:
        if getattr(getattr(problem, "__cause__", None), "sqlstate", "") == "PI001":
            raise CannotRun(_CHANGED) from None
        raise
    return one


_CHANGED = (
    "People have judged some of these records since the run was planned. Nothing was written."
    " Run again: what they said is then taken into account."
)


def roll_back(post: Appointment, run_id: UUID, reason: str) -> Run:
    """End every judgement that the run wrote, and withdraw what it still asks."""
    with speaking_as_system(post.pk, USING), _alone():
        one = _locked(post, run_id, Run.State.APPLIED)
        identity.withdrawn(_machine(one, post), reason)
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
