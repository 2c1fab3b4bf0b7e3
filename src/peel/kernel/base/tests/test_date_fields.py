"""The column of partial dates in a real database: it keeps, sorts, filters, refuses."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, models, transaction
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peel.kernel.base import clock
from peel.kernel.base.dates import (
    NotInFuture,
    PartialDate,
    PartialDateField,
    PartialDateFormField,
    not_in_future,
)
from peel.kernel.base.tests.test_partial_dates import DATES, DAYS

WRITTEN = (
    "not known", "before 1970", "1975", "between 1978 and 1982", "1980s", "about 1980", "1980",
    "June 1980", "14 June 1980", "15 June 1980", "July 1980", "after 1990",
)  # fmt: skip


@pytest.fixture(scope="module")
def born_model():
    """A table with one partial date."""
    with isolate_apps("peel.kernel.base"):

        class Born(models.Model):
            born = PartialDateField("date of birth", null=True, blank=True,
                                    validators=[NotInFuture("date of birth")])  # fmt: skip

            class Meta:
                app_label = "base"
                db_table = "stage_born"

            def __str__(self) -> str:
                return str(self.born)

        yield Born


@pytest.fixture
def born(database, born_model):
    with connections["owner"].schema_editor() as editor:
        editor.create_model(born_model)
    yield born_model.objects.using("owner")
    with connections["owner"].schema_editor() as editor:
        editor.delete_model(born_model)


def fill(born, values) -> list[PartialDate]:
    born.all().delete()
    born.bulk_create([born.model(born=value) for value in values])
    return list(values)


@given(st.lists(DATES, max_size=12), DATES, DAYS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_database_sorts_and_filters_as_python_does(born, values, asked, day) -> None:
    stood = fill(born, values)

    def found(**look_up: object) -> list[PartialDate]:
        return list(born.filter(**look_up).order_by("born").values_list("born", flat=True))

    assert found() == sorted(stood)
    assert found(born=asked) == sorted(v for v in stood if v == asked)
    assert found(born__in=[asked]) == found(born=asked)
    assert found(born__overlaps=asked) == sorted(v for v in stood if v.overlaps(asked))
    assert found(born__within=asked) == sorted(v for v in stood if v.within(asked))
    assert found(born__before=day) == sorted(v for v in stood if v.latest < day)
    assert found(born__after=day) == sorted(v for v in stood if v.earliest > day)


def test_look_ups_take_what_people_have_at_hand(born) -> None:
    fill(born, map(PartialDate.parse, WRITTEN))

    def found(**look_up: object) -> list[str]:
        return [str(row.born) for row in born.filter(**look_up).order_by("born")]

    assert found(born__year=1980) == [
        "1980", "June 1980", "14 June 1980", "15 June 1980", "July 1980",
    ]  # fmt: skip
    assert found(born__within="June 1980") == ["June 1980", "14 June 1980", "15 June 1980"]
    assert "about 1980" in found(born__overlaps=date(1980, 6, 14))
    assert "15 June 1980" not in found(born__overlaps=date(1980, 6, 14))
    assert found(born__within=(date(1980, 6, 14), date(1980, 6, 15))) == [
        "14 June 1980", "15 June 1980",
    ]  # fmt: skip
    assert found(born="14/6/80") == ["14 June 1980"]
    assert found(born__before="1970") == ["before 1970"]
    assert found(born__after=1990) == ["after 1990"]
    assert [str(row.born) for row in born.exclude(born__overlaps=1980)] == [
        "before 1970", "1975", "after 1990",
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="Enter a date such as"):
        born.filter(born__before="nonsense")
    with pytest.raises(TypeError):
        born.filter(born__before=None)


def test_nothing_and_not_known_are_different(born) -> None:
    fill(born, [None, PartialDate.unknown()])
    assert born.filter(born__isnull=True).count() == 1
    assert [row.born for row in born.filter(born__isnull=False)] == [PartialDate.unknown()]
    assert born.filter(born__before=2100).count() == 0


def test_an_index_serves_the_look_ups_under_row_level_security(born) -> None:
    """Text comparison is leakproof, so the web role's filter may use the index."""
    fill(born, [PartialDate.day(date.fromordinal(700_000 + n)) for n in range(5_000)])
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "create index stage_born_born on stage_born (born);"
            "alter table stage_born enable row level security;"
            "create policy seen on stage_born for select to peel_web using (random() >= 0);"
            "grant select on stage_born to peel_web; analyze stage_born"
        )
    for look_up in ({"born__year": 1920}, {"born__after": "1929"}, {"born__before": "1918"}):
        plan = born.model.objects.using("default").filter(**look_up).explain()
        assert "stage_born_born" in plan, plan


@pytest.mark.parametrize(
    "text", ["", "1980", "1980-06-14", "1981-01-01/1980-01-01 between", "x/y month"]
)
def test_the_database_refuses_text_that_nobody_could_read(born, text: str) -> None:
    with (
        pytest.raises(IntegrityError),
        transaction.atomic("owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute("insert into stage_born (born) values (%s)", [text])


def test_the_field_explains_itself_to_migrations(born_model) -> None:
    field = born_model._meta.get_field("born")
    _, path, args, options = field.deconstruct()
    assert path == "peel.kernel.base.dates.PartialDateField"
    assert "db_collation" not in options
    again = PartialDateField(*args, **options)
    assert again.db_collation == "C"
    assert NotInFuture("x") != NotInFuture("y")
    assert hash(NotInFuture("x")) == hash(NotInFuture("x"))
    assert field.value_to_string(born_model(born=PartialDate.year(1980))).startswith("1980-01-01/")


def test_a_date_of_birth_cannot_be_in_the_future(born_model) -> None:
    with clock.fixed(clock.now().replace(year=2026, month=11, day=21)):
        for fine in ("2026", "about 2027", "21 November 2026", "not known"):
            born_model(born=PartialDate.parse(fine)).full_clean()
        with pytest.raises(ValidationError) as caught:
            born_model(born=PartialDate.parse("22 November 2026")).full_clean()
        with pytest.raises(ValidationError, match="The date cannot be in the future"):
            not_in_future(date(2026, 11, 22))
    assert caught.value.message_dict == {"born": ["The date of birth cannot be in the future"]}


def test_the_form_reads_shows_again_and_sees_what_changed(born_model) -> None:
    field = born_model._meta.get_field("born").formfield()
    assert isinstance(field, PartialDateFormField)
    assert isinstance(field.widget, forms.TextInput)
    assert field.clean(" june 1980 ") == PartialDate.month(1980, 6)
    assert field.clean("") is None
    assert field.prepare_value(PartialDate.month(1980, 6)) == "June 1980"
    assert field.prepare_value("31 june") == "31 june"
    assert not field.has_changed(PartialDate.month(1980, 6), "June 1980")
    assert field.has_changed(PartialDate.month(1980, 6), "July 1980")
    assert field.has_changed(PartialDate.month(1980, 6), "31 June 1980")
    assert not field.has_changed(None, "")
    with pytest.raises(ValidationError, match="June 1980 has 30 days"):
        field.clean("31 June 1980")
    with pytest.raises(ValidationError, match="required"):
        PartialDateFormField().clean("")
