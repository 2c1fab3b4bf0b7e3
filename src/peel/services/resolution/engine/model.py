"""The model: what training found, kept as a file that says so if somebody changed it."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from peel.services.resolution.engine.blocking import Key
from peel.services.resolution.engine.comparisons import Comparison, Level, Shape

FORMAT = 1
# No level may count for more or less than this, in bits: training is blind to a field that never
# disagrees in what it saw.
LEAST, MOST = -14.0, 30.0
TINY = 1e-12
# Under this name a column's frequencies hold that of every value without one of its own.
OTHERWISE = ""


class Altered(Exception):
    """The model file is not as it was written, or is none."""


@dataclass
class Model:
    """Weights, frequencies, rules of blocking, and the bands; `trained` says when and on what."""

    shape: Shape
    prior: float
    comparisons: list[Comparison]
    keys: list[Key]
    frequencies: dict[str, dict[str, float]] = field(default_factory=dict)
    common: list[str] = field(default_factory=list)
    trained: dict[str, Any] = field(default_factory=dict)
    join: float = 20.0
    review: float = 8.0

    @property
    def prior_weight(self) -> float:
        """What any two records weigh before they are compared, in bits (far below nothing)."""
        return math.log2(self.prior / (1 - self.prior))

    def content(self) -> dict[str, Any]:
        """Everything that the hash is of."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        # Not `asdict` of the whole: it would copy each of the frequencies.
        for name in ("comparisons", "keys"):
            told[name] = [asdict(each) for each in told[name]]
        return {"format": FORMAT, **told, "shape": asdict(self.shape)}

    @property
    def hash(self) -> str:
        """The fingerprint by which a judgement names the model."""
        return hashlib.sha256(_canonical(self.content())).hexdigest()

    def to_json(self) -> str:
        """The file: the content and its fingerprint."""
        return json.dumps({**self.content(), "hash": self.hash}, indent=1, sort_keys=True)


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def from_json(text: str) -> Model:
    """The model of a file. Raises Altered with words for people."""
    try:
        told = json.loads(text)
        claimed = told.pop("hash")
        known = told.pop("format")
        if known != FORMAT:
            raise Altered(f"This model is of format {known}; this Peel reads format {FORMAT}.")
        found = _made(told)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Altered("This is not a model file of Peel, or a part of it is missing.") from None
    if found.hash != claimed:
        raise Altered(
            "This model file was changed after it was written: its content does not fit its"
            " fingerprint. Train a new model, or bring the file as it was exported."
        )
    return found


def _made(told: dict[str, Any]) -> Model:
    shape = told.pop("shape")
    shape = {**shape, "identifiers": tuple(shape["identifiers"]), "texts": tuple(shape["texts"])}
    compared = [
        Comparison(each["name"], each["words"], tuple(each["needs"]),
                   [Level(**level) for level in each["levels"]])
        for each in told.pop("comparisons")
    ]  # fmt: skip
    keys = [Key(each["name"], tuple(each["parts"]), each["each"]) for each in told.pop("keys")]
    return Model(shape=Shape(**shape), comparisons=compared, keys=keys, **told)


def weight(level: Level) -> float:
    """What a level counts for, in bits, within the clamps."""
    if level.m is None or level.u is None:
        return 0.0
    found = math.log2(max(level.m, TINY) / max(level.u, TINY))
    return min(max(found, LEAST), MOST)


def shares(level: Level) -> tuple[float, float]:
    """The m and u whose ratio is the clamped weight: Splink takes these, and no weight."""
    bits = weight(level)
    u = min(max(level.u or 0.0, 1e-9), 2 ** -max(bits, 0.0))
    return u * 2**bits, u


def least_frequency(level: Level) -> float:
    """The frequency below which none is believed: rarer would lift the level above the clamp."""
    return shares(level)[1] * 2 ** (weight(level) - MOST)


def doubts(compared: list[Comparison]) -> list[str]:
    """The fields of which nobody would believe what was learnt, by their words for people.

    Where nothing that agrees speaks for one person, or what differs speaks for her, the records
    were too few or too much of one form to learn from.
    """
    found = []
    for each in compared:
        *agreeing, different = [weight(level) for level in each.levels]
        if max(agreeing) <= 0 or different > 0:
            found.append(each.words)
    return found


def clamped(compared: list[Comparison]) -> list[dict[str, Any]]:
    """Which levels were clamped, with what they would have counted for: shown to the reviewer."""
    found = []
    for each in compared:
        for level in each.levels:
            if level.m is None or level.u is None:
                continue
            raw = math.log2(max(level.m, TINY) / max(level.u, TINY))
            if not LEAST <= raw <= MOST:
                found.append({"comparison": each.name, "level": level.words, "weight": raw})
    return found
