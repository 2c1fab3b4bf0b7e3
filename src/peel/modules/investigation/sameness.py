"""How crimes and incidents that two systems both recorded are told from others."""

from peel.services.resolution.api import happening, register

CRIME = register(
    happening("investigation.crime", first="committed_from", sort="category", place="location")
)
INCIDENT = register(
    happening("investigation.incident", first="happened_from", sort="category", place="location")
)
