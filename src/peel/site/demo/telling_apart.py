"""The demo's people told apart: a model is trained and accepted, and a run by it applied."""

from peel.kernel.access.identity import end, identify, mint
from peel.kernel.access.models import Appointment
from peel.kernel.audit import context
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.resolution import running
from peel.services.resolution.engine.duck import Limits

REASON = "Looked at for the demonstration: no weight is out of the ordinary"


def tell_apart(posts: dict[str, Appointment]) -> dict[str, int]:
    """Train, accept, plan and apply; gives what the run found, by the names of its counts."""
    loader = posts["loader"]
    made = running.train(loader, Limits())
    office = identify(mint(posts["milo"].user_id, posts["milo"].pk))
    if office is None:
        raise LookupError("the post of the data office is not held")
    purpose = context.Purpose(context.TYPED_REASON, "Building the demonstration")
    try:
        with context.working(context.Context(purpose=purpose)):
            values = {"number": made.number, "accept": True, "reason": REASON}
            run(commands["resolution.decide_model"], office, values)
    finally:
        end(office.token)
    planned = running.plan(loader, Limits())
    return dict(running.apply(loader, planned.pk).counts)
