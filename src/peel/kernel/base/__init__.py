"""What everything else stands on: ids, the clock, dates, references, events and jobs."""
