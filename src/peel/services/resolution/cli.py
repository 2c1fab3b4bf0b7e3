"""`./peel resolution`: train a model, plan a run, look at it, apply it, undo it."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from django.db import DatabaseError

from peel.kernel.access.identity import SignedOut, speaking_as_system
from peel.kernel.access.models import Appointment
from peel.kernel.base import clock
from peel.services.resolution import arriving, running, sources
from peel.services.resolution.engine.duck import Limits
from peel.services.resolution.models import Run, TrainedModel

DONE, STOPPED, INTERRUPTED = 0, 2, 130
_WORDS = {
    "records": "records", "fresh": "of them new or changed", "pairs": "pairs scored",
    "joins": "judgements to be written",
    "ends": "judgements of earlier runs to be ended", "new": "new groups",
    "joined": "groups that grow", "merged": "groups that become one with others",
    "split": "groups that fall apart", "moved": "records that change their group",
    "questions": "pairs for people to look at", "attention": "joined by the score, not by a guard",
}  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Run the command: 0 when it is done, 2 when it cannot be."""
    wanted = _parser().parse_args(argv)
    began = time.perf_counter()

    def tell(words: str) -> None:
        if not wanted.json:
            print(f"{time.perf_counter() - began:7.1f} s  {words}", file=sys.stderr, flush=True)

    try:
        found = _STEPS[wanted.step](wanted, _post(wanted.post), tell)
    except KeyboardInterrupt:
        print("Interrupted. Nothing of it was kept.", file=sys.stderr)
        return INTERRUPTED
    except (running.CannotRun, LookupError, DatabaseError, OSError, SignedOut) as problem:
        print(problem, file=sys.stderr)
        return STOPPED
    print(json.dumps(found, indent=2) if wanted.json else _as_text(found))
    return DONE


def _post(wanted: UUID | None) -> Appointment:
    """The post that the command speaks for. Raises LookupError unless there is just one."""
    now = clock.now()
    posts = Appointment.objects.using(running.USING).filter(starts__lte=now)
    posts = posts.exclude(ends__lte=now)
    found = list(posts.filter(pk=wanted) if wanted else posts.filter(role_id="loader")[:2])
    if len(found) != 1:
        which = "No post" if not found else "More than one post"
        raise LookupError(f"{which} for the loader: name the appointment with --post.")
    return found[0]


Tell = Callable[[str], None]
Told = dict[str, object]


def _train(wanted: argparse.Namespace, post: Appointment, tell: Tell) -> Told:
    if wanted.file is not None:
        if _kind(wanted) != running.PEOPLE:
            raise running.CannotRun("A file holds a model of people. Other kinds are declared.")
        made = running.bring(post, wanted.file.read_text(encoding="utf-8"))
    else:
        made = running.train(
            post, _limits(wanted), kind=_kind(wanted), join=wanted.join, review=wanted.review,
            tell=tell,
        )  # fmt: skip
    return {"model": made.number, "hash": made.hash, "state": made.get_state_display()}


def _run(wanted: argparse.Namespace, post: Appointment, tell: Tell) -> Told:
    plan = arriving.plan if wanted.new else running.plan
    made = plan(post, _limits(wanted), kind=_kind(wanted), number=wanted.model, tell=tell)
    return _told(made)


def _kind(wanted: argparse.Namespace) -> str:
    return sources.kind_named(wanted.kind)


def _preview(wanted: argparse.Namespace, post: Appointment, tell: Tell) -> Told:
    with speaking_as_system(post.pk, running.USING):
        rows = Run.objects.using(running.USING).filter(organisation_id=post.organisation_id)
        of_kind = rows.filter(model__kind=_kind(wanted)).order_by("-began_at")
        asked = rows.filter(pk=wanted.run) if wanted.run else of_kind
        found = asked.first()
        if found is None:
            raise running.CannotRun("There is no such run.")
        return _told(found)


def _apply(wanted: argparse.Namespace, post: Appointment, tell: Tell) -> Told:
    return _told(running.apply(post, wanted.run))


def _rollback(wanted: argparse.Namespace, post: Appointment, tell: Tell) -> Told:
    return _told(running.roll_back(post, wanted.run, wanted.reason))


def _export(wanted: argparse.Namespace, post: Appointment, tell: Tell) -> Told:
    with speaking_as_system(post.pk, running.USING):
        rows = TrainedModel.objects.using(running.USING)
        row = rows.filter(organisation_id=post.organisation_id, number=wanted.number).first()
        if row is None:
            raise running.CannotRun(f"There is no model {wanted.number}.")
        wanted.to.write_text(running.read(row).to_json(), encoding="utf-8")
        return {"model": row.number, "hash": row.hash, "file": str(wanted.to)}


_STEPS: dict[str, Callable[[argparse.Namespace, Appointment, Tell], Told]] = {
    "train": _train, "run": _run, "preview": _preview, "apply": _apply, "rollback": _rollback,
    "export": _export,
}  # fmt: skip


def _told(one: Run) -> Told:
    return {"run": str(one.pk), "state": one.get_state_display(), **one.counts}


def _as_text(found: Told) -> str:
    lines = []
    for name, value in found.items():
        counted = isinstance(value, int) and name in _WORDS
        lines.append(f"{value:>12,}  {_WORDS[name]}" if counted else f"{name}: {value}")
    return "\n".join(lines)


def _limits(wanted: argparse.Namespace) -> Limits:
    return Limits(memory=wanted.memory, threads=wanted.threads)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print the outcome as JSON")
    common.add_argument("--post", type=UUID, help="the appointment that is spoken for")
    common.add_argument("--kind", default="nominal", help="vehicle, phone, location … (nominal)")
    common.add_argument("--memory", default="1100MB", help="what DuckDB may take (1100MB)")
    common.add_argument("--threads", type=int, default=2)
    parser = argparse.ArgumentParser(
        prog="./peel resolution", description="Which records are of one person or thing."
    )
    steps = parser.add_subparsers(dest="step", required=True)

    def step(name: str, words: str) -> argparse.ArgumentParser:
        return steps.add_parser(name, help=words, description=words, parents=[common])

    one = step(
        "train", "make a model of what is on record, or take in one of people; it then waits"
    )
    one.add_argument("--file", type=Path, help="a model that was exported")
    one.add_argument("--join", type=float, default=20.0, help="bits from which a run joins (20)")
    one.add_argument("--review", type=float, default=8.0, help="bits from which people look (8)")
    one = step("run", "score all of a kind and plan what would be judged; changes no record")
    one.add_argument("--model", type=int, help="a model by its number (else the one in use)")
    one.add_argument("--new", action="store_true",
                     help="look only at who is new or changed since the last such run")  # fmt: skip
    step("preview", "what a run would do").add_argument("run", nargs="?", type=UUID)
    step("apply", "write the judgements of a planned run").add_argument("run", type=UUID)
    one = step("rollback", "end every judgement that a run wrote")
    one.add_argument("run", type=UUID)
    one.add_argument("--reason", required=True, help="why, for whoever looks at it later")
    one = step("export", "write a model to a file")
    one.add_argument("number", type=int)
    one.add_argument("--to", type=Path, required=True)
    return parser
