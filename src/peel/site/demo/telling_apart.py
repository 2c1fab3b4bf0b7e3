"""The demo's people told apart: a model is brought and accepted, and a run by it applied.

The model was trained on 15,000 people of the generator (`benchmarks/people.py`, seed 29, usual
errors): the invented town is too small to learn from, and all of it lives in a few postcodes.
"""

import lzma
from pathlib import Path

from peel.kernel.access.identity import end
from peel.kernel.access.models import Appointment
from peel.kernel.audit import context
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.resolution import running
from peel.services.resolution.engine.duck import Limits
from peel.site.demo.story import sign_in

MODEL = Path(__file__).parent.parent / "demo_data" / "resolution" / "model.json.xz"
REASON = "Made on 15,000 generated people; what agrees speaks for, what differs against"


def tell_apart(posts: dict[str, Appointment]) -> dict[str, int]:
    """Bring, accept, plan and apply; gives what the run found, by the names of its counts."""
    loader = posts["loader"]
    made = running.bring(loader, lzma.decompress(MODEL.read_bytes()).decode("utf-8"))
    office = sign_in(posts["milo"])
    purpose = context.Purpose(context.TYPED_REASON, "Building the demonstration")
    try:
        with context.working(context.Context(purpose=purpose)):
            values = {"number": made.number, "accept": True, "reason": REASON}
            run(commands["resolution.decide_model"], office, values)
    finally:
        end(office.token)
    planned = running.plan(loader, Limits())
    return dict(running.apply(loader, planned.pk).counts)
