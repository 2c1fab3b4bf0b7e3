"""Where a run's records come from: people, told apart by what is learnt, or a described kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

import duckdb

from peel.services.resolution import gathering
from peel.services.resolution.engine import duck, guards, planning, procedure, training
from peel.services.resolution.engine.model import Model, doubts
from peel.services.resolution.engine.standard import standardise
from peel.services.resolution.kinds import Described, described, registered
from peel.services.resolution.kinds import gathering as describing
from peel.services.resolution.kinds.described import BASE
from peel.services.resolution.problems import CannotRun

Tell = Callable[[str], None]
BY_HAND = "One of them is restricted, marked above OFFICIAL, or was recorded as another one"


class Source(Protocol):
    """One kind of record: how it is read, and how its model is made."""

    @property
    def bounds(self) -> tuple[float, float]:
        """From what average on groups are joined, and from where it is counted."""

    @property
    def why_alone(self) -> str:
        """Why some records are left to people."""

    @property
    def one_only(self) -> Mapping[str, str]:
        """Numbers of which one has one: their column, and what they are called."""

    def model(self, connection: duckdb.DuckDBPyConnection, organisation: UUID, tell: Tell) -> Model:
        """A model of what is on record, with `known` and `person` left beside it."""

    def read(self, connection: duckdb.DuckDBPyConnection, organisation: UUID, model: Model) -> int:
        """Make `known` and `person` as a model compares them; gives how many records there are."""


# Fields without which people are not told apart.
PILLARS = frozenset({"forename", "surname", "born"})


def _believed(model: Model) -> Model:
    """The model, unless what it has learnt of a main field cannot be. Raises CannotRun."""
    main = [each for each in model.comparisons if each.name in PILLARS]
    if wrong := doubts(main):
        raise CannotRun(
            f"What is on record teaches nothing that could be believed of: {', '.join(wrong)}."
            " It is too little, or too much of one form. Nothing was kept. Bring a model that was"
            " trained on other records: train --file."
        )
    return model


class People:
    """Nominals: the model is trained."""

    bounds = procedure.LEAST, 0.0
    why_alone = planning.JUVENILE
    one_only = guards.ONE_ONLY

    def model(self, connection: duckdb.DuckDBPyConnection, organisation: UUID, tell: Tell) -> Model:
        """Train on everybody whom a machine may join. Raises CannotRun for too few."""
        records = gathering.gather(connection, organisation)
        if records < gathering.WORTH:
            raise CannotRun(f"{records} people are too few to train on.")
        shape = gathering.shape_of_raw(connection)
        duck.run(connection, "delete from raw where unique_id in (select number from known"
                             " where apart = '1')")  # fmt: skip
        standardise(connection, shape)
        return _believed(training.train(connection, shape, tell=tell))

    def read(self, connection: duckdb.DuckDBPyConnection, organisation: UUID, model: Model) -> int:
        """Everybody on record."""
        records = gathering.gather(connection, organisation)
        standardise(connection, model.shape, common=model.common)
        return records


@dataclass(frozen=True)
class Declared:
    """A described kind: its description is the model."""

    one: Described
    bounds: tuple[float, float] = (0.01, BASE)
    why_alone: str = BY_HAND

    @property
    def one_only(self) -> Mapping[str, str]:
        """Numbers of which a thing has one."""
        return self.one.one_only

    def model(self, connection: duckdb.DuckDBPyConnection, organisation: UUID, tell: Tell) -> Model:
        """What is declared; what is on record is read so that it can be measured."""
        records = describing.gather(connection, organisation, self.one)
        return replace(self.one.model, trained={"records": records, "declared": True})

    def read(self, connection: duckdb.DuckDBPyConnection, organisation: UUID, model: Model) -> int:
        """Everything of the kind. Raises CannotRun for a model of an earlier description."""
        if not self.one.fits(model):
            raise CannotRun("This model compares what is not read any more. Make a new one.")
        return describing.gather(connection, organisation, self.one)


def source_of(kind: str) -> Source:
    """Where records of a kind come from. Raises CannotRun for one that is not told apart."""
    if kind == gathering.KIND:
        return People()
    one = described(kind)
    if one is None:
        raise CannotRun(f"Records of the kind {kind} are not told apart.")
    return Declared(one)


def kind_named(name: str) -> str:
    """The kind of a name such as "vehicle" or "objects.vehicle". Raises LookupError."""
    kinds = [gathering.KIND, *(one.kind for one in registered())]
    for kind in kinds:
        if name in (kind, kind.partition(".")[2]):
            return kind
    short = ", ".join(kind.partition(".")[2] for kind in kinds)
    raise LookupError(f"There is no kind “{name}”. There are: {short}.")
