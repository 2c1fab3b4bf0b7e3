"""What was loaded from the open police data: runs, files, what became of each row, bad rows.

Closed to the web role. Records are named by plain ids, not foreign keys: the ledger of rows must
still say what became of a row when its record has been disposed of, or the next load of the file
would bring the record back.
"""

from django.db import models

from peel.kernel.base import clock


class Load(models.Model):
    """One run of the loader. A run that was cut off has no `finished_at`. Times are UTC."""

    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Load {self.pk} of {self.started_at:%Y-%m-%d %H:%M}"


class SourceFile(models.Model):
    """A file by the fingerprint of its uncompressed bytes, so that its name and folder may change.

    Name and month of publication are those of its first load.
    The ids rise in the order in which files were first loaded, which decides between two files of
    the same month and publication. `done` is the last line whose result is stored.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=10)
    month = models.PositiveIntegerField("month, such as 201903; 0 when none is named")
    published = models.PositiveIntegerField("month of publication")
    done = models.PositiveIntegerField(default=1)
    complete = models.BooleanField(default=False)
    first_load = models.ForeignKey(Load, models.PROTECT, related_name="files")

    def __str__(self) -> str:
        return self.name


class SourceRow(models.Model):
    """What became of one row of one file.

    `key` says what the row speaks of and `content` what it says (see `keys`); the row whose result
    is loaded or later version stands for its content, and every row with the same key and content
    is the same as that one.
    """

    class Result(models.TextChoices):
        """How a row may end."""

        LOADED = "l", "loaded"
        LATER = "v", "later version"
        SAME = "s", "same"
        QUARANTINED = "q", "quarantined"

    file = models.ForeignKey(SourceFile, models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField("line of the file; the heading is line 1")
    letter = models.CharField("crime, incident, outcome or quarantined", max_length=1)
    key = models.BinaryField(max_length=16)
    content = models.BinaryField(max_length=16)
    month = models.PositiveIntegerField()
    result = models.CharField(max_length=1, choices=Result)
    record_id = models.UUIDField(null=True, blank=True)
    raw = models.BinaryField("the row as published, kept for versions", null=True)
    load = models.ForeignKey(Load, models.PROTECT, related_name="rows")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["file", "line"], name="source_row_once"),
            models.UniqueConstraint(
                fields=["key", "content"],
                condition=models.Q(result__in=["l", "v"]),
                name="source_row_one_version",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.get_result_display()}"


class Quarantine(models.Model):
    """A row, or a whole file (line 0), that could not be taken, with the reason and the bytes.

    `waits_for` is the key of the crime that an outcome names and nobody has loaded yet.
    `released_by` is the run that took the row up after all.
    """

    file = models.ForeignKey(SourceFile, models.PROTECT, null=True, related_name="quarantine")
    line = models.PositiveIntegerField()
    name = models.CharField("the file's name", max_length=255)
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    raw = models.BinaryField("the bytes, the first 64 KiB of them")
    size = models.BigIntegerField("how many bytes the row has")
    waits_for = models.BinaryField(max_length=16, null=True)
    load = models.ForeignKey(Load, models.PROTECT, related_name="quarantined")
    released_by = models.ForeignKey(Load, models.PROTECT, null=True, related_name="released")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["file", "line"],
                condition=models.Q(released_by=None),
                name="quarantined_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["waits_for"],
                condition=models.Q(released_by=None),
                name="quarantine_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, line {self.line}: {self.reason}"


class MapPoint(models.Model):
    """Which location an anonymised map point became."""

    key = models.BinaryField(max_length=16, primary_key=True)
    location_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.location_id)
