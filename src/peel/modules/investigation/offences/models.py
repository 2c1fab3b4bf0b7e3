"""Offence codes of the criminal justice system, kept by version of their source."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Offence(models.Model):
    """One CJS offence code as one version of the source states it.

    A row is never edited once it is published: when the source changes a code, the new wording
    is a new row and the old one stops being `current`, so that a crime keeps the wording under
    which it was recorded. The source gives no dates of validity; `valid_from` and `valid_to` are
    for local knowledge and stay empty until somebody states them.
    """

    code = models.CharField("CJS code", max_length=12)
    title = models.CharField(max_length=255, blank=True)
    words = models.CharField("title in capitals, for searching", max_length=255, blank=True)
    home_office_class = models.CharField("Home Office class", max_length=3)
    home_office_subclass = models.CharField("Home Office subclass", max_length=2)
    mode = models.CharField("mode of trial", max_length=2)
    notifiable = models.BooleanField("notifiable to the Home Office")
    recordable = models.BooleanField("recordable on the PNC")
    source_version = models.CharField("version of the source", max_length=20)
    current = models.BooleanField(default=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "investigation"
        constraints = (
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(current=True), name="offence_one_current"
            ),
            models.UniqueConstraint(
                fields=["code", "source_version"], name="offence_once_a_version"
            ),
        )
        indexes = (
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="offence_words"),
            models.Index(fields=["code"], opclasses=["text_pattern_ops"], name="offence_prefix"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    @property
    def home_office_code(self) -> str:
        """Class and subclass as the Home Office writes them, such as "028/03"."""
        return f"{self.home_office_class}/{self.home_office_subclass}"

    @property
    def classified(self) -> bool:
        """Whether the source gives a Home Office class: "000/00" and "999/99" mean none."""
        return self.home_office_code not in ("000/00", "999/99")
