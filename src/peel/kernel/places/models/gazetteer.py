"""The gazetteer: addresses that may be picked instead of typed, and the account of its loads."""

from django.db import models


class _Address(models.Model):
    """An address by BS 7666 with its point, and the keys by which it is found.

    `street_key` is the street with what follows it, `number_key` the house's number or name and
    `unit_key` the flat's, `postcode_key` the postcode without its space (see `gazetteer.keys`).
    """

    usrn = models.CharField(max_length=8)
    saon = models.CharField(max_length=100)
    paon = models.CharField(max_length=100)
    street = models.CharField(max_length=100)
    locality = models.CharField(max_length=100)
    town = models.CharField(max_length=100)
    administrative_area = models.CharField(max_length=100)
    postcode = models.CharField(max_length=8)
    easting = models.FloatField(null=True)
    northing = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    postcode_key = models.CharField(max_length=7, db_collation="C")
    street_key = models.CharField(max_length=320, db_collation="C")
    number_key = models.CharField(max_length=110, db_collation="C")
    unit_key = models.CharField(max_length=110, db_collation="C")

    class Meta:
        """Shared by the gazetteer and by what is on its way into it."""

        abstract = True


class GazetteerAddress(_Address):
    """An address of the gazetteer. Reference data, not a record: nobody is named in it."""

    uprn = models.BigIntegerField("UPRN", primary_key=True)

    class Meta:
        """Found by postcode, by number and street, by street, and by a house's name."""

        indexes = [
            models.Index(
                fields=["postcode_key", "number_key", "unit_key"], name="places_gazetteer_postcode"
            ),
            models.Index(
                fields=["number_key", "street_key", "unit_key"], name="places_gazetteer_number"
            ),
            models.Index(
                fields=["street_key", "number_key", "unit_key"], name="places_gazetteer_street"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uprn)


class GazetteerStaged(_Address):
    """A row on its way in; empty between loads."""

    id = models.BigIntegerField(primary_key=True, db_column="line")
    uprn = models.BigIntegerField()

    def __str__(self) -> str:
        return f"row {self.id}"


class GazetteerLoad(models.Model):
    """One load of one file, and what became of its rows."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    rows = models.PositiveBigIntegerField(default=0)
    added = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    same = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    withdrawn = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.file_name


class GazetteerRefusal(models.Model):
    """A row that was not taken: which, by what field, and why."""

    load = models.ForeignKey(GazetteerLoad, models.CASCADE, related_name="refusals")
    line = models.PositiveBigIntegerField()
    field = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    value = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"row {self.line}: {self.reason}"
