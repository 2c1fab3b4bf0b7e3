"""Who may touch the tables of `places`: nobody; `places.within` reads them as their owner."""

from peel.kernel.base.protection import Table

TABLES: tuple[Table, ...] = (Table("places_point"),)
