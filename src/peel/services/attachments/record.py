"""What every record gets: the panel of its files, their pages and their operations."""

import peel.services.attachments.tracks  # noqa: F401  (what timelines tell)
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.sheets import Part
from peel.pole.models import Nominal
from peel.services.attachments import api, urls
from peel.services.attachments.panels import FILES, IMAGES

registry.register_panel(Record, FILES)
registry.register_panel(Nominal, IMAGES)
registry.register_part(Part(urls.urls_of, api.add_operations))
