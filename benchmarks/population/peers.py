"""What Peel's person search is measured against: the same names, asked for the same questions.

`pg_trgm` over the whole table; tantivy and Lucene 9.5 (`lucene.py`) where they are installed. To be
fair to each, a peer is asked as its makers would: every word exactly or fuzzily (two edits, one for
a short word), and the date of birth as a clause that need not hold, so that it decides among those
who are alike. Each is told twice where it has a ranking of its own: by that, and by Peel's ranking
of its best 200 (`FOUND`), which is what a force would build on it. Peers are given what the officer
may see and nothing else; they need not ask who may see it, as Peel does.
"""

import importlib.util
from collections.abc import Iterator
from typing import Any, Protocol
from uuid import UUID

FOUND = 200
Rows = list[tuple[Any, ...]]


class Peer(Protocol):
    """Something that finds names; `own_order` where its own ranking is the answer."""

    name: str
    own_order: bool

    def find(self, names: str, born: str) -> Rows:
        """Rows (record, family, given, stored date of birth), the likeliest first."""


class InOwnOrder:
    """A peer by its own ranking, over the index that it has already."""

    own_order = True

    def __init__(self, peer: Peer) -> None:
        self.name = peer.name.replace("with Peel's ranking", "its own ranking")
        self.find = peer.find


class Trigrams:
    """A GIN index of trigrams over all names, similarity of 0.4 or more, the best 200."""

    name = "pg_trgm over the whole table, with Peel's ranking"
    own_order = False

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

    def find(self, names: str, born: str) -> Rows:
        """As `Peer`. A date is left to the ranking: an index of trigrams knows none."""
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
    """An index in memory of each name's words and date; terms and fuzzy terms, the best 200."""

    name = "tantivy, with Peel's ranking"
    own_order = False

    def __init__(self, organisation: UUID) -> None:
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("name")
        builder.add_text_field("born", tokenizer_name="raw")
        builder.add_integer_field("row", stored=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(200_000_000, 1)
        self._rows = rows_of(organisation)
        for place, (_, family, given, born) in enumerate(self._rows):
            writer.add_document(
                tantivy.Document(name=f"{family} {given}", born=held_dates(born), row=place)
            )
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def find(self, names: str, born: str) -> Rows:
        """As `Peer`."""
        make, should = self._tantivy.Query, self._tantivy.Occur.Should
        parts = [(should, make.term_query(self._schema, "born", date)) for date in dates(born)]
        for word in names.lower().split():
            parts.append((should, make.term_query(self._schema, "name", word)))
            if edits := edits_for(word):
                parts.append(
                    (should, make.fuzzy_term_query(self._schema, "name", word, distance=edits))
                )
        hits = self._searcher.search(make.boolean_query(parts), FOUND).hits
        return [self._rows[self._searcher.doc(place)["row"][0]] for _, place in hits]


def rows_of(organisation: UUID) -> Rows:
    """All names that the officer may see."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select record_id, family, given, born from search_name where organisation_id = %s"
            " and not restricted",
            [organisation],
        )
        return list(cursor.fetchall())


def edits_for(word: str) -> int:
    """How many edits a word may be away: none for the shortest, one for short ones, else two."""
    return 0 if len(word) < 3 else 1 if len(word) < 5 else 2


def held_dates(born: str | None) -> list[str]:
    """The terms under which a stored date of birth stands: the day, month and day, the year."""
    if not born:
        return []
    day = born[:10]
    return [day, day[5:], day[:4]] if born[11:21] == day else [day[:4]]


def dates(born: str) -> list[str]:
    """The terms by which a date of birth is asked for; also with day and month changed round."""
    if len(born) != 10:
        return [born] if born else []
    year, month, day = born.split("-")
    return [born, f"{year}-{day}-{month}", f"{month}-{day}", year]


def present(organisation: UUID) -> Iterator[Peer]:
    """The peers that are installed."""
    from benchmarks.population import lucene

    yield Trigrams(organisation)
    if importlib.util.find_spec("tantivy"):
        yield (tantivy := Tantivy(organisation))
        yield InOwnOrder(tantivy)
    if jar := lucene.jar():
        yield (found := lucene.Lucene(organisation, jar))
        yield InOwnOrder(found)
