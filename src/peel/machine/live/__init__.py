"""Live pages: what changed, told to whoever has it open and may see it, as ids and versions.

One listener a web worker hears the relay's notification and reads what was published, in its
order; a stream that was cut is taken up where it ended. Nothing is told but ids, kinds, versions
and counts: the page reads again by the ordinary, audited way.
"""
