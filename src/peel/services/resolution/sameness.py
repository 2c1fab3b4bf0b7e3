"""What tells the kinds of `pole` apart that are described: each in a file of its own."""

from peel.services.resolution.kinds import (  # noqa: F401  (each registers itself)
    organisation,
    outside_event,
    phone,
    place,
    sim_card,
    vehicle,
)
