"""The tables of search: kept by triggers of the records' own tables, closed to the web role.

Text operators are not leakproof, so row-level security would drop every index here; functions of
the schema `search` read these tables instead, apply visibility before any limit, and give what the
caller may see. Nothing of it is written but by `sql/keeping.sql`. What officers ask is theirs.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7


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


class Question(models.Model):
    """What an officer asked lately, or keeps. His own; it is no record.

    `seen` are the best hits when he last looked at a kept one: what is not among them is new.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    text = models.CharField(max_length=200)
    kept = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=clock.now)
    seen = ArrayField(models.UUIDField(), default=list)

    class Meta:
        """A person keeps a question once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "text"], name="search_question_once")
        ]

    def __str__(self) -> str:
        return self.text
