"""Who may touch the tables of `places`.

Points of records: nobody; `places.within` reads them as their owner. Areas and addresses are
published reference data: everybody who works here reads them, the loader alone writes them.
"""

from peel.kernel.base.protection import LOADER, WEB, WORKER, Table

_WRITES = "SELECT, INSERT, UPDATE, DELETE"
_SHARED = {WEB: "SELECT", WORKER: "SELECT", LOADER: _WRITES}


def _shared(name: str, what: str) -> Table:
    return Table(name, _SHARED, why=f"{what}; no record is held or named")


TABLES: tuple[Table, ...] = (
    Table("places_point"),
    _shared("places_areaset", "published areas"),
    _shared("places_areaedition", "published areas"),
    _shared("places_area", "published areas"),
    _shared("places_areaversion", "published areas"),
    _shared("places_areapart", "published areas"),
    _shared("places_gazetteeraddress", "published addresses"),
    Table("places_gazetteerstaged", {LOADER: _WRITES}),
    Table("places_gazetteerload", {LOADER: _WRITES}),
    Table("places_gazetteerrefusal", {LOADER: _WRITES}),
)
