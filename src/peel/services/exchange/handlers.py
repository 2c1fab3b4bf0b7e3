"""The work behind an import's page. Runs in the worker, on the loader's own connection."""

from peel.kernel.base.events import hears
from peel.kernel.records import bulk
from peel.services.exchange import importing
from peel.services.exchange.events import ImportStarted
from peel.services.exchange.files import Unreadable
from peel.services.exchange.ledger import MovedOn, stop


@hears(ImportStarted)
def bring_in(happened: ImportStarted) -> None:
    """Bring the file's rows in. A worker that was killed goes on behind the last whole batch."""
    try:
        importing.carry_out(happened.import_id)
    except MovedOn:
        return
    except (importing.Refused, Unreadable, LookupError) as problem:
        stop(happened.import_id, str(problem))
        return
    bulk.fold_tallies()
