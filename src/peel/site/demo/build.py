"""Builds the demo in an empty, migrated database, and says who its people are."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from peel.kernel.access.models import Organisation
from peel.kernel.access.roles import seed
from peel.migration.police_uk import cli as police_uk
from peel.modules.investigation.api import load_offences
from peel.services.quality.measuring import measure
from peel.site.demo import force, places
from peel.site.demo.settling import settle
from peel.site.demo.story import tell
from peel.site.demo.telling_apart import tell_apart

DATA = Path(__file__).parent.parent / "demo_data" / "police_uk"


def build() -> None:
    """Build everything, with progress on the error stream. Does nothing where a force exists."""
    if Organisation.objects.using("owner").exists():
        return
    seed("owner")
    with step("Offence codes of the criminal justice system"):
        load_offences("owner")
    with step("Thamesmarch Police and its people"):
        posts = force.raise_force()
    progress = police_uk.Progress(quiet=not sys.stderr.isatty())
    with step("Real recorded crimes of London (open police data)"):
        report = police_uk.run([DATA], post=posts["loader"].pk, progress=progress)
        progress.end()
    print(f"    {report.as_text().splitlines()[0]}", file=sys.stderr)
    with step("Areas of London, and a gazetteer of an invented town"):
        print(
            f"    {places.load_areas():,} areas, {places.load_gazetteer():,} addresses",
            file=sys.stderr,
        )
    with step("The people of Thamesmarch, their families, homes, vehicles and telephones"):
        came = settle(posts, report_progress)
    print(f"    {came} people", file=sys.stderr)
    with step("The story, told through the real commands"):
        tell(posts, report_progress)
    with step("Who is on record more than once"):
        counts = tell_apart(posts)
        print(
            f"    {counts['joins']} joined, {counts['questions']} asked of people", file=sys.stderr
        )
    with step("What is missing or there twice, counted"):
        measure("loader")


def people() -> list[str]:
    """Who may sign in, a line each: user name, password, and what they do."""
    return [
        f"{one.username:<8} {force.password()}   {one.name}, {one.role}" for one in force.PEOPLE
    ]


Report = Callable[[int, int], None]


def report_progress(done: int, of: int) -> None:
    """Show how far a step is, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r    {done} of {of}", end="" if done < of else "\n", file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being built, and afterwards how long it took."""
    begun = time.monotonic()
    print(f"  {title} …", file=sys.stderr, flush=True)
    yield
    print(f"    done in {time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)
