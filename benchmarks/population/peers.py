"""What Peel's person search is measured against: the same names, with Peel's ranking of what each
finds. `pg_trgm` over the whole table; tantivy (fuzzy terms) where it is installed.
"""

import importlib.util
from collections.abc import Iterator
from typing import Any, Protocol
from uuid import UUID

FOUND = 200


class Peer(Protocol):
    """Something that finds names."""

    name: str

    def find(self, names: str, born: str) -> list[tuple[Any, ...]]:
        """Rows (record, family, given, stored date of birth), the likeliest first."""


class Trigrams:
    """A GIN index of trigrams over all names, similarity of 0.4 or more, the best 200."""

    name = "pg_trgm over the whole table, with Peel's ranking"

    def __init__(self, organisation: UUID) -> None:
        from django.db import connections

        self.organisation = organisation
        with connections["owner"].cursor() as cursor:
            cursor.execute("drop table if exists search.benchmark_names")
            cursor.execute(
                "create table search.benchmark_names as select record_id, family, given, born,"
                " organisation_id, family || ' ' || given as whole from search_name"
            )
            cursor.execute(
                "create index on search.benchmark_names using gin (whole public.gin_trgm_ops)"
            )
            cursor.execute("analyze search.benchmark_names")

    def find(self, names: str, born: str) -> list[tuple[Any, ...]]:
        """As `Peer`."""
        from django.db import connections

        with connections["owner"].cursor() as cursor:
            cursor.execute("select set_config('pg_trgm.similarity_threshold', '0.4', false)")
            cursor.execute(
                "select record_id, family, given, born from search.benchmark_names"
                " where whole operator(public.%%) %s and organisation_id = %s"
                " order by public.similarity(whole, %s) desc limit %s",
                [names.upper(), self.organisation, names.upper(), FOUND],
            )
            return list(cursor.fetchall())


class Tantivy:
    """An index in memory of each name's words; fuzzy terms of up to two edits, the best 200."""

    name = "tantivy, fuzzy terms, with Peel's ranking"

    def __init__(self, organisation: UUID) -> None:
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("name")
        builder.add_integer_field("row", stored=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(200_000_000, 1)
        self._rows = list(_rows(organisation))
        for place, (_, family, given, _) in enumerate(self._rows):
            writer.add_document(tantivy.Document(name=f"{family} {given}", row=place))
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def find(self, names: str, born: str) -> list[tuple[Any, ...]]:
        """As `Peer`."""
        make, should = self._tantivy.Query, self._tantivy.Occur.Should
        parts = []
        for word in names.lower().split():
            parts.append((should, make.term_query(self._schema, "name", word)))
            if len(word) > 2:
                edits = 2 if len(word) > 4 else 1
                parts.append(
                    (should, make.fuzzy_term_query(self._schema, "name", word, distance=edits))
                )
        hits = self._searcher.search(make.boolean_query(parts), FOUND).hits
        return [self._rows[self._searcher.doc(place)["row"][0]] for _, place in hits]


def _rows(organisation: UUID) -> Iterator[tuple[Any, ...]]:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select record_id, family, given, born from search_name where organisation_id = %s",
            [organisation],
        )
        yield from cursor.fetchall()


def present(organisation: UUID) -> Iterator[Peer]:
    """The peers that are installed."""
    yield Trigrams(organisation)
    if importlib.util.find_spec("tantivy"):
        yield Tantivy(organisation)
