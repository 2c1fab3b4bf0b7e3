"""Lucene 9.5 as a peer: an index in memory, driven from Python in a Java machine of this process.

    pip install --no-deps --target DIR pyserini==0.22.1
    pip install --target DIR JPype1

pyserini is installed for the jar within it alone; it wants Java 17. Each word is asked for as it
stands, fuzzily, and by its sound, the best of which counts (Lucene's own advice for names); the jar
has no phonetic filter, so the sounds are jellyfish's metaphone, in a field of their own. What the
calls between Python and Java take, about a millisecond a question, is counted against it.
"""

import importlib.util
from pathlib import Path
from typing import Any
from uuid import UUID

import jellyfish
from benchmarks.population.peers import FOUND, Rows, dates, edits_for, held_dates, rows_of

MEMORY = "-Xmx2g"
SOUNDS, DAY, PART = 0.6, 4.0, 1.0
# The terms that a fuzzy word may stand for; Lucene's own choice.
EXPANSIONS = 50


def jar() -> Path | None:
    """Where the jar is, if it and JPype are installed."""
    spec = importlib.util.find_spec("pyserini")
    if importlib.util.find_spec("jpype") is None or spec is None:
        return None
    folders = [Path(each) for each in spec.submodule_search_locations or ()]
    return next(
        (file for each in folders for file in each.glob("resources/jars/*fatjar.jar")), None
    )


class Lucene:
    """An index in memory of each name's words, sounds and date of birth; the best 200."""

    name = "Lucene 9.5, with Peel's ranking"
    own_order = False

    def __init__(self, organisation: UUID, archive: Path) -> None:
        import jpype

        if not jpype.isJVMStarted():
            jpype.startJVM(MEMORY, classpath=[str(archive)], convertStrings=False)
        self._class = jpype.JClass
        self._rows = rows_of(organisation)
        self._directory = self._lucene("store.ByteBuffersDirectory")()
        self._write()
        reader = self._lucene("index.DirectoryReader").open(self._directory)
        self._searcher = self._lucene("search.IndexSearcher")(reader)

    def _lucene(self, name: str) -> Any:
        return self._class(f"org.apache.lucene.{name}")

    def _write(self) -> None:
        """One segment; merged in order, so that a document's number is that of its row."""
        config = self._lucene("index.IndexWriterConfig")(
            self._lucene("analysis.core.WhitespaceAnalyzer")()
        )
        config.setMergePolicy(self._lucene("index.LogDocMergePolicy")())
        writer = self._lucene("index.IndexWriter")(self._directory, config)
        document = self._lucene("document.Document")()
        not_stored = self._lucene("document.Field").Store.NO
        fields = [self._lucene("document.TextField")(name, "", not_stored)
                  for name in ("name", "sound", "born")]  # fmt: skip
        for field in fields:
            document.add(field)
        for _, family, given, born in self._rows:
            words = f"{family} {given}".lower()
            sounds = " ".join(jellyfish.metaphone(word) for word in words.split())
            for field, text in zip(
                fields, (words, sounds, " ".join(held_dates(born))), strict=True
            ):
                field.setStringValue(text)
            writer.addDocument(document)
        writer.forceMerge(1)
        writer.close()

    def find(self, names: str, born: str) -> Rows:
        """As `Peer`."""
        builder = self._lucene("search.BooleanQuery").Builder()
        should = self._lucene("search.BooleanClause").Occur.SHOULD
        for word in names.lower().split():
            builder.add(self._word(word), should)
        for date in dates(born):
            one = self._lucene("search.ConstantScoreQuery")(self._term("born", date))
            builder.add(self._boosted(one, DAY if len(date) == 10 else PART), should)
        hits = self._searcher.search(builder.build(), FOUND).scoreDocs
        return [self._rows[hit.doc] for hit in hits]

    def _word(self, word: str) -> Any:
        """The best of the word as it stands, fuzzily, and as it sounds."""
        ways = self._class("java.util.ArrayList")()
        ways.add(self._term("name", word))
        if edits := edits_for(word):
            term = self._lucene("index.Term")("name", word)
            ways.add(self._lucene("search.FuzzyQuery")(term, edits, 0, EXPANSIONS, True))
        if sound := jellyfish.metaphone(word):
            ways.add(self._boosted(self._term("sound", sound), SOUNDS))
        return self._lucene("search.DisjunctionMaxQuery")(ways, 0.0)

    def _term(self, field: str, text: str) -> Any:
        return self._lucene("search.TermQuery")(self._lucene("index.Term")(field, text))

    def _boosted(self, query: Any, by: float) -> Any:
        return self._lucene("search.BoostQuery")(query, by)
