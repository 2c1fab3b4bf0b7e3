"""The tables of search: kept by triggers of the records' own tables, closed to the web role.

Text operators are not leakproof, so row-level security would drop every index here; functions of
the schema `search` read these tables instead, apply visibility before any limit, and give what the
caller may see. Nothing of it is written but by `sql/keeping.sql` and `sql/terms.sql`. What officers
ask is theirs.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records.models import Record


class Word(models.Model):
    """A distinct word of a name, with how it sounds. Fuzzy search looks here, never at the names.

    `key` is a hash of the word. Two that write a new word at once both write it, so that nobody
    waits for another; readers count it once. `born_in` is the transaction that wrote it, so that
    a reader can ask for what is new without missing who committed late.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.BigIntegerField()
    word = models.TextField(db_collation="C")
    sound = models.TextField(db_collation="C")
    other_sound = models.TextField(db_collation="C")
    born_in = models.BigIntegerField()

    class Meta:
        """Found by key, and by what is new."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key"], name="search_word_key"),
            models.Index(fields=["born_in"], name="search_word_new"),
        ]

    def __str__(self) -> str:
        return self.word


class Name(models.Model):
    """One name of a nominal in words, with the nominal's golden date of birth and sex.

    `said_marking` and `said_in` are the visibility of the assertion, the rest that of the record.
    """

    id = models.BigAutoField(primary_key=True)
    record_id = models.UUIDField()
    source = models.UUIDField()
    family = models.TextField(db_collation="C")
    given = models.TextField(db_collation="C")
    kind = models.TextField()
    born = models.TextField(db_collation="C", null=True)  # noqa: DJ001
    sex = models.TextField(null=True)  # noqa: DJ001
    organisation_id = models.UUIDField()
    marking = models.PositiveSmallIntegerField()
    restricted = models.BooleanField()
    said_marking = models.PositiveSmallIntegerField()
    said_in = models.UUIDField(null=True)

    class Meta:
        """Found by record, and by year of birth."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record_id"], name="search_name_record"),
            models.Index(fields=["born"], name="search_name_born"),
        ]

    def __str__(self) -> str:
        return f"{self.family}, {self.given}"


class Key(models.Model):
    """A name under one of its words, or under two of them in any order.

    The key of two words is the exclusive or of their hashes, so a swapped name has the same key.
    `year` is that of the golden date of birth, 0 where it is not known to the year.
    """

    pk = models.CompositePrimaryKey("key", "year", "name")
    key = models.BigIntegerField()
    year = models.SmallIntegerField()
    name = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


class Number(models.Model):
    """A number of a record as it is compared: capitals and digits; `backwards` for its endings.

    `sort` says what it is ("born", "postcode", "phone", a kind of identifier; empty for a number of
    the record's document). `via` is a record that must be seen as well: the place of a postcode.
    """

    pk = models.CompositePrimaryKey("record_id", "source", "sort", "value")
    record_id = models.UUIDField()
    source = models.UUIDField()
    sort = models.TextField(db_collation="C")
    value = models.TextField(db_collation="C")
    backwards = models.TextField(db_collation="C", null=True)  # noqa: DJ001
    record_kind = models.TextField(db_collation="C")
    organisation_id = models.UUIDField()
    marking = models.PositiveSmallIntegerField()
    restricted = models.BooleanField()
    said_marking = models.PositiveSmallIntegerField()
    said_in = models.UUIDField(null=True)
    via = models.UUIDField(null=True)

    class Meta:
        """Found by its beginning and by its end."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["value"], name="search_number_value"),
            models.Index(
                fields=["backwards"],
                condition=models.Q(backwards__isnull=False),
                name="search_number_end",
            ),
            # The middle of a registration mark, as a witness has it.
            GinIndex(
                fields=["value"],
                opclasses=["gin_trgm_ops"],
                condition=models.Q(record_kind="objects.vehicle"),
                name="search_number_middle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.value}"


class Term(models.Model):
    """A distinct word of the documents of things, places and texts, for who misspells one.

    Two that write a new word at once both write it, as with `Word`.
    """

    id = models.BigAutoField(primary_key=True)
    word = models.TextField(db_collation="C")

    class Meta:
        """Found as it is written, and by what is like it."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["word"], name="search_term_word"),
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_term_like"),
        ]

    def __str__(self) -> str:
        return self.word


class Question(models.Model):
    """What an officer asked lately, or keeps. His own; it is no record.

    `seen` are the best hits when he last looked: what is not among them is new. `before` are those
    of the look before: what is not among them is marked as new while he looks. Where he wants to be
    told of new hits, `tells_as` is the post in which he asked for it, and so may see.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    text = models.CharField(max_length=200)
    kept = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=clock.now)
    seen = ArrayField(models.UUIDField(), default=list, blank=True)
    before = ArrayField(models.UUIDField(), default=list, blank=True)
    tells_as = models.ForeignKey(
        "access.Appointment", models.SET_NULL, related_name="+", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    tells_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A person keeps a question once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "text"], name="search_question_once")
        ]

    def __str__(self) -> str:
        return self.text


class Clue(models.Model):
    """What a record must say to be a new hit of a question whose owner wants to be told.

    Of each part of the question (`part`) one key has to be met. The part that the fewest records
    meet is the `anchor`: by its keys a record that was written finds the questions it may concern.
    """

    id = models.BigAutoField(primary_key=True)
    # A question has none any more when it goes: `search.listen` takes them first.
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="+")
    part = models.PositiveSmallIntegerField()
    key = models.TextField(db_collation="C")
    anchor = models.BooleanField(default=False)

    class Meta:
        """Found by the keys of anchors, and by question."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key"], condition=models.Q(anchor=True), name="search_clue_anchor")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.part}: {self.key}"


class Told(models.Model):
    """A hit of which the owner of a question has been told: once a record."""

    pk = models.CompositePrimaryKey("question_id", "record_id")
    question = models.ForeignKey(Question, models.DO_NOTHING, related_name="+", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.record_id} of {self.question_id}"


class Place(models.Model):
    """How far the published changes have been looked through for new hits: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    published = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.published)
