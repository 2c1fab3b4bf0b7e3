"""Events from outside: what two of the other systems both say happened."""

from peel.services.resolution.kinds.described import register
from peel.services.resolution.kinds.happening import happening

OUTSIDE_EVENT = register(happening("exchange.outsideevent", first="happened_from", sort="sort"))
