"""The person engine: whom it finds under what errors, why, and what it never tells."""

import pytest
from django.db import connections
from tests.machine.test_main_job import make_nominal
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer
from peel.kernel.base.dates import PartialDate
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.search.api import PersonQuery, candidates, people
from peel.services.search.words import words

pytestmark = pytest.mark.usefixtures("database")


def named(who, given, family, born="", **more):
    if born:
        more["date_of_birth"] = PartialDate.parse(born)
    return make_nominal(who, given_names=given, family_name=family, **more)


def find(who, born="", **asked):
    if born:
        asked["born"] = PartialDate.parse(born)
    with speaking(who):
        return people(PersonQuery(**asked))


@pytest.fixture
def who():
    return officer(permissions=["*"])


def test_errors_find_her_and_the_reason_is_told(who):
    wanted = named(who, "Elizabeth Anne", "Smythe-Warren", "4 June 1980").pk
    for n in range(12):
        named(who, "Robert", "Abel", f"{n + 1} March 1970")
    tries = {
        "Elizabeth Smythe": "same name",
        "Liz Smythe": "Liz is a form of Elizabeth",
        "elisabeth smithe warren": "Smithe is spelt nearly as Smythe",
        "Smythe Elizabeth": "same name",
        "Elizabteh Smyhte": "spelt nearly",
        "Smythe": "same name Smythe",
        "E Warren": "Elizabeth begins with E",
    }
    for text, reason in tries.items():
        found = find(who, names=text)
        assert [hit.record_id for hit in found][:1] == [wanted], text
        assert any(reason in each for each in found[0].reasons) or reason.startswith("same"), (
            text, found[0].reasons,
        )  # fmt: skip
    swapped = find(who, names="Elizabeth Smythe", born="6 April 1980")[0]
    assert "date of birth has day and month changed round" in swapped.reasons
    assert swapped.fields == {"name", "born"}
    assert find(who, names="Bess", born="4/6/1980")[0].record_id == wanted
    assert "born in the 1980s" in " ".join(find(who, names="Warren", born="1980s")[0].reasons)


def test_aliases_numbers_and_what_changes_are_found_at_once(who):
    nominal = named(who, "Piotr", "Kowalczyk", "1990")
    record = {"record_id": nominal.pk}
    run(commands["pole.nominal.add_name"], who, record | {
        "family_name": "Łukaszewski", "given_names": "Peter", "kind": "alias"})  # fmt: skip
    run(commands["pole.nominal.add_identifier"], who, record | {
        "kind": "CRO", "value": "065656/91H"})  # fmt: skip
    hit = find(who, names="peter lukasevski")[0]
    assert (hit.record_id, "(alias)" in hit.reasons[0]) == (nominal.pk, True)
    assert find(who, identifiers=("65656/91h",)) == []
    assert find(who, identifiers=("065656 91H",))[0].reasons == ("same number 06565691H",)
    with speaking(who):
        row = candidates(PersonQuery(names="Kowalczyk"))[0]
    assert row.surnames == ("KOWALCZYK", "LUKASZEWSKI")
    assert (row.forenames, row.cro) == (("PIOTR", "PETER"), ("06565691H",))
    assert [text[:4] for text in row.born] == ["1990"]


def test_who_may_not_see_her_finds_what_he_would_find_without_her(who):
    other = officer(permissions=["*"])
    kept = named(who, "Anna", "Quillfeather", "5 May 1985")
    questions = [
        {"names": "Quillfeather"},
        {"names": "anna quilfeather"},
        {"names": "ana", "born": "5/5/1985"},
    ]
    before = [find(other, **asked) for asked in questions]
    hidden = named(who, "Anna", "Quillfeathers", "5 May 1985")
    restrict(who, hidden)
    assert [find(other, **asked) for asked in questions] == before
    assert before[0][0].record_id == kept.pk
    assert {hit.record_id for hit in find(who, names="quillfeathers")} == {hidden.pk, kept.pk}
    secret = run(commands["pole.nominal.add_name"], who, {
        "record_id": kept.pk, "family_name": "Obadiah", "given_names": "Zeb", "kind": "alias",
        "asserted_in": hidden})  # fmt: skip
    assert secret is not None
    assert find(other, names="zeb obadiah") == []
    assert find(who, names="zeb obadiah")[0].record_id == kept.pk
    with speaking(other):
        rows = candidates(PersonQuery(names="Quillfeather"))
    assert all("OBADIAH" not in row.surnames for row in rows)


@pytest.mark.parametrize(
    "text",
    ["", "x", "a" * 10_000, "'; drop table search_name; --", "<script>", "&|!():*", "Иванов",
     "王小明", "\x00", "محمد علي", "%_%", "\\"],
)  # fmt: skip
def test_anything_may_be_typed(who, text):
    assert find(who, names=text) == []


def test_words_are_the_same_here_and_in_the_database():
    texts = ["O'Neill-Smith", "Łukasz Ångström", "José  María", "Strauß", "d’Arcy", "Ørsted Æthel",
             "Şahin Ğ", "St. John", "Иванов Пётр", "a_b", "Zoë-Li 2nd", "ĐĆ"]  # fmt: skip
    with connections["owner"].cursor() as cursor:
        for text in texts:
            cursor.execute("select search.words(%s)", [text])
            assert cursor.fetchone()[0] == words(text), text


def test_filled_anew_search_knows_what_the_triggers_kept(who):
    nominal = named(who, "Anna", "Quillfeather", "5 May 1985")
    run(commands["pole.nominal.add_identifier"], who, {
        "record_id": nominal.pk, "kind": "CRO", "value": "065656/91H"})  # fmt: skip
    place = run(commands["pole.location.create"], who, {
        "paon": "12", "street": "Acre Lane", "town": "Brixton", "postcode": "SW2 5TN"})  # fmt: skip
    run(commands["pole.link.create"], who, {
        "record_id": nominal.pk, "other": place, "reading": "home>"})  # fmt: skip
    by_table = [
        "select key, word, sound from search_word",
        "select record_id, source, family, given, born, sex from search_name",
        "select k.key, n.source from search_key k join search_name n on n.id = k.name",
        "select * from search_number",
    ]
    with connections["owner"].cursor() as cursor:

        def all_rows():
            for statement in by_table:
                cursor.execute(statement)
                yield sorted(map(str, cursor.fetchall()))

        kept = list(all_rows())
        cursor.execute("select search.refill()")
        assert list(all_rows()) == kept
    assert [len(rows) for rows in kept][:3] == [2, 1, 3]
    assert "postcode" in "".join(kept[3])
    assert find(who, postcodes=("sw2 5tn",))[0].reasons == ("same postcode",)


def test_a_year_that_is_learnt_later_is_searched_by(who):
    nominal = named(who, "Anna", "Quillfeather")
    run(commands["pole.nominal.add_date_of_birth"], who, {
        "record_id": nominal.pk, "date_of_birth": PartialDate.parse("5 May 1985")})  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("select array_agg(distinct year) from search_key")
        assert cursor.fetchone()[0] == [1985]
    assert find(who, names="Quillfether", born="1985")[0].record_id == nominal.pk
