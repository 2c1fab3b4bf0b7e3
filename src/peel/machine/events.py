"""The events that every sheet gets, for services and modules to hear."""

from peel.kernel.records.events import PersonalCount, RecordChanged

__all__ = ["PersonalCount", "RecordChanged"]
