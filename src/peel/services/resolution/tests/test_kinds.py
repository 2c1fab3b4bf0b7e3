"""Vehicles, phones, places, organisations and events: told apart, joined, asked about, undone."""

import itertools

import pytest
from django.urls import reverse
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking, speaking_as_system
from peel.kernel.access.tests.factories import officer, signed_in_client, system_appointment
from peel.kernel.base import clock
from peel.kernel.base.dates import PartialDate
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.kernel.records.kinds import model_of
from peel.kernel.records.models import Record
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.identity import api
from peel.services.exchange.makers import Maker
from peel.services.resolution import cli, kinds, running
from peel.services.resolution import commands as deciding
from peel.services.resolution.engine import duck, predicting
from peel.services.resolution.engine.scoring import Scorer
from peel.services.resolution.kinds import gathering
from peel.services.resolution.models import Proposal, Run
from peel.services.resolution.tests.stage import SMALL
from peel.services.resolution.tests.test_running import from_judgements, held, memberships

VEHICLE, PHONE, PLACE = "objects.vehicle", "objects.phone", "pole.location"
CRIME = "investigation.crime"
GOLF = {"make": "Volkswagen", "model": "Golf"}
DAY = PartialDate.parse("3 March 2026")
# By kind, what is on record under a letter; letters that are joined, and those that are asked.
WORLD = {
    VEHICLE: (
        {"a": {"vrm": "AB12CDE", **GOLF, "colour": "blue"},
         "b": {"vrm": "AB12CDE", **GOLF, "vin": "WVWZZZ1JZXW000001"},
         "c": {"vrm": "XY70ZZZ", **GOLF, "vin": "WVWZZZ1JZXW000001"},
         "d": {"vrm": "AB12CDE", **GOLF, "vin": "WVWZZZ1JZXW000002"},
         "e": {"vrm": "KP05ORD", "make": "Ford", "model": "Focus"},
         "f": {"vrm": "KP05DRD", "make": "Ford", "model": "Focus"},
         "g": {"vrm": "CC11CCC", **GOLF}, "h": {"vrm": "CC11CCC", **GOLF, "another_because": "?"}},
        {"abc"}, {"ef", "gh"},
    ),
    PHONE: (
        {"a": {"msisdn": "+447700900123"}, "b": {"msisdn": "+447700900123"},
         "c": {"msisdn": "+447700900123", "imei": "490154203237518", "make": "Nokia"},
         "d": {"msisdn": "+447700900199", "imei": "490154203237518", "make": "Nokia"},
         "e": {"msisdn": "+447700900199", "imei": "356938035643809", "make": "Apple"}},
        {"abcd"}, set(),
    ),
    "objects.simcard": (
        {"a": {"iccid": "8944110068729000001", "msisdn": "+447700900123"},
         "b": {"iccid": "8944110068729000001"}, "c": {"msisdn": "+447700900123"}},
        {"ab"}, {"ac"},
    ),
    PLACE: (
        {"a": {"category": "address", "paon": "14", "street": "High Street", "town": "Camden",
               "postcode": "NW1 8AB", "uprn": "100012"},
         "b": {"category": "address", "paon": "14", "street": "High St.", "town": "Camden",
               "postcode": "NW1 8AB"},
         "c": {"category": "address", "saon": "Flat 2", "paon": "14", "street": "High Street",
               "postcode": "NW1 8AB"},
         "d": {"category": "address", "paon": "14", "postcode": "NW1 8AB"},
         "e": {"category": "address", "paon": "41", "street": "High Street", "town": "Camden",
               "postcode": "NW1 8AB"}},
        {"ab"}, {"ad"},
    ),
    "objects.organisation": (
        {"a": {"name": "Thames Motors Ltd", "company_number": "00445790"},
         "b": {"name": "Thames Motors", "company_number": "00445790", "phone": "+442079460000"},
         "c": {"name": "The Thames Motors", "phone": "+442079460000"},
         "d": {"name": "Thames Motors Ltd", "company_number": "00445791"}},
        {"ab"}, {"bc"},
    ),
    CRIME: (
        {"a": {"source": "Old", "source_key": "2401234/26", "category": "Burglary",
               "committed_from": DAY},
         "b": {"source": "New", "source_key": "24 01234 26", "category": "Burglary",
               "committed_from": DAY},
         "c": {"source": "Old", "source_key": "2401235/26", "category": "Burglary",
               "committed_from": DAY}},
        {"ab"}, set(),
    ),
    "exchange.outsideevent": (
        {"a": {"source": "Calls", "source_key": "CAD-10112", "sort": "Call", "happened_from": DAY},
         "b": {"source": "Radio", "source_key": "cad 10112", "sort": "Call", "happened_from": DAY},
         "c": {"source": "Radio", "source_key": "CAD-99999", "sort": "Call", "happened_from": DAY}},
        {"ab"}, set(),
    ),
}  # fmt: skip


def put(post, kind, rows):
    """Records of a kind by their letters, the first the oldest."""
    with speaking_as_system(post.pk, running.USING):
        names = list(dict.fromkeys(name for row in rows.values() for name in row))
        door, now = bulk.Batch("test.things"), clock.now()
        maker = Maker(model_of(kind), names, post, now, "test.things")
        keys = sorted(uuid7() for _ in rows)
        for key, reference, row in zip(
            keys, maker.references(len(rows)), rows.values(), strict=True
        ):
            maker.put(door, key, reference, row)
        door.take_in()
    return dict(zip(rows, keys, strict=True))


def accepted(post, who, kind, **bands):
    """The kind's description as the model in use."""
    made = running.train(post, SMALL, kind=kind, **bands)
    run(deciding.decide_model, who, {"number": made.number, "accept": True, "reason": "As it is"})
    return made


def letters(keys, pairs):
    names = {key: name for name, key in keys.items()}
    return {"".join(sorted(names[key] for key in pair)) for pair in pairs}


@pytest.fixture
def office(database):
    post = system_appointment()
    return post, officer("data office", of=post.unit)


def test_each_kind_is_told_apart_and_one_pair_weighs_the_same_in_process(office, capsys):
    post, who = office
    for kind, (rows, joined, asked) in WORLD.items():
        keys = put(post, kind, rows)
        accepted(post, who, kind)
        planned = running.plan(post, SMALL, kind=kind)
        running.apply(post, planned.pk)
        with speaking(who):
            groups = {api.members(key) for key in keys.values()}
        assert letters(keys, (group for group in groups if len(group) > 1)) == joined, kind
        waiting = Proposal.objects.using("owner").filter(run=planned, attention=False)
        assert letters(keys, waiting.values_list("first_id", "second_id")) == asked, kind
        assert planned.counts["new"] == len(joined)
        _same_weights(post, kinds.described(kind))
    assert memberships() == from_judgements()
    again = running.plan(post, SMALL, kind=VEHICLE)
    assert (again.counts["joins"], again.counts["ends"]) == (0, 0)
    assert cli.main(["preview", "--kind", "vehicle"]) == cli.DONE
    assert "0  judgements to be written" in capsys.readouterr().out
    assert cli.main(["run", "--kind", "teapot"]) == cli.STOPPED
    assert "There are: nominal, " in capsys.readouterr().err


def _same_weights(post, one):
    """Splink and the scorer in process agree on every pair of what is on record."""
    with (
        speaking_as_system(post.pk, running.USING),
        duck.opened(SMALL) as connection,
    ):
        gathering.gather(connection, post.organisation_id, one)
        found = connection.execute("select * from person order by unique_id")
        names = [each[0] for each in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        duck.run(
            connection,
            "create table pairs as select '0' as match_key, a.unique_id as join_key_l,"
            " b.unique_id as join_key_r from person a join person b on a.unique_id < b.unique_id",
        )
        predicting.predict(connection, one.model, least=-500.0)
        told = {(a, b): w for a, b, w in duck.run(connection, "select l, r, weight from edges")}
    scorer = Scorer(one.model)
    for a, b in itertools.combinations(rows, 2):
        mine = scorer.score(a, b).weight
        assert told[a["unique_id"], b["unique_id"]] == pytest.approx(mine, abs=0.01)


def test_events_of_one_day_and_place_are_asked_about_unless_the_place_is_hidden(office):
    post, who = office
    at = put(post, PLACE, {"a": WORLD[PLACE][0]["a"]})["a"]
    with speaking(who):
        place = model_of(PLACE).objects.get(pk=at)
    told = {"category": "Burglary", "committed_from": DAY, "location": place}
    put(post, CRIME, {"a": {"source": "Old", "source_key": "2401234/26", **told},
                      "b": {"source": "New", "source_key": "N-77001", **told},
                      "c": {"source": "New", "source_key": "N-77002", **told}})  # fmt: skip
    accepted(post, who, CRIME)
    counts = running.plan(post, SMALL, kind=CRIME).counts
    assert (counts["joins"], counts["questions"], counts["attention"]) == (0, 2, 0)
    restrict(who, place)
    counts = running.plan(post, SMALL, kind=CRIME).counts
    assert (counts["joins"], counts["questions"]) == (0, 0)


def test_what_is_typed_is_weighed_like_what_is_recorded(office):
    post, who = office
    keys = put(post, VEHICLE, WORLD[VEHICLE][0])
    with speaking(who):
        model = model_of(VEHICLE)
        typed = {"vrm": "ab12 cde", "make": "volkswagen", "model": "golf", "colour": "blue"}
        near = kinds.described(VEHICLE).near(typed)
        found = kinds.scored(VEHICLE, typed, model.objects.filter(near), who)
        everything = kinds.scored(VEHICLE, typed, model.objects.all(), who)
        assert kinds.scored("pole.nominal", typed, [], who) == []
    assert [each.record_id for each in found] == [keys["a"], keys["b"], keys["d"]]
    assert {each.band for each in found} == {"join"}
    assert "same registration mark" in found[0].reasons
    assert found[0].model == kinds.described(VEHICLE).model.hash
    assert everything[:3] == found
    assert kinds.described(VEHICLE).near({"make": "Ford"}) is None


def test_a_run_ends_what_it_would_not_join_any_more_and_nothing_that_people_said(office):
    post, who = office
    keys = put(post, VEHICLE, {
        "a": {"vrm": "AB12CDE", **GOLF}, "b": {"vrm": "AB12CDE", **GOLF},
        "c": {"vrm": "CD34EFG", **GOLF}, "d": {"vrm": "CD34EFG", **GOLF},
        "e": {"vrm": "EF56GHJ", **GOLF}, "f": {"vrm": "EF56GHJ", **GOLF},
        "g": {"vrm": "GH78JKL"}, "h": {"vrm": "HJ90KLM"},
    })  # fmt: skip
    with speaking(who):
        other = Record.objects.get(pk=keys["h"])
    run(
        commands[f"{VEHICLE}.judge"],
        who,
        {"record_id": keys["g"], "other": other, "verdict": "same", "reason": "Plates changed"},
    )
    by_people = held()
    accepted(post, who, VEHICLE)
    first = running.plan(post, SMALL, kind=VEHICLE)
    running.apply(post, first.pk)
    before, stood = held(), memberships()
    assert letters(keys, (pair[:2] for pair in before)) == {"ab", "cd", "ef", "gh"}

    # What is known changes: b was misread and is one with c and d; f is of another make.
    model_of(VEHICLE).objects.using("owner").filter(pk=keys["b"]).update(vrm="CD34EFG")
    model_of(VEHICLE).objects.using("owner").filter(pk=keys["f"]).update(make="Ford", model="Ka")
    planned = running.plan(post, SMALL, kind=VEHICLE)
    counts = planned.counts
    assert (counts["ends"], counts["joins"], counts["moved"], counts["split"]) == (2, 1, 1, 1)
    assert held() == before
    client = signed_in_client(who)
    page = client.get(reverse("resolution-run", args=[planned.pk])).content.decode()
    for words in ("Groups that fall apart: 1", "Records that change their group: 1"):
        assert words in page
    running.apply(post, planned.pk)
    assert letters(keys, (pair[:2] for pair in held())) - {"gh"} in ({"cd", "bc"}, {"cd", "bd"})
    assert by_people <= held()
    assert memberships() == from_judgements()

    running.roll_back(post, planned.pk, "Tried out")
    assert held() == before
    assert memberships() == stood == from_judgements()
    assert Run.objects.using("owner").get(pk=planned.pk).state == Run.State.UNDONE
    accepted(post, who, VEHICLE, join=40)
    stricter = running.plan(post, SMALL, kind=VEHICLE).counts
    assert (stricter["ends"], stricter["joins"], stricter["split"]) == (3, 0, 3)
    running.roll_back(post, first.pk, "That one too")
    assert held() == by_people


def test_what_was_undone_or_contradicted_does_not_come_back(office):
    post, who = office
    keys = put(post, VEHICLE, {name: {"vrm": "AB12CDE", **GOLF} for name in "ab"}
               | {name: {"vrm": "CD34EFG", **GOLF} for name in "cd"})  # fmt: skip
    accepted(post, who, VEHICLE)
    first = running.plan(post, SMALL, kind=VEHICLE)
    running.apply(post, first.pk)
    model_of(VEHICLE).objects.using("owner").filter(pk__in=[keys["b"], keys["d"]]).update(
        make="Ford", model="Ka"
    )
    second = running.plan(post, SMALL, kind=VEHICLE)
    running.apply(post, second.pk)
    assert not held()
    with speaking(who):
        other = Record.objects.get(pk=keys["b"])
    run(
        commands[f"{VEHICLE}.judge"],
        who,
        {"record_id": keys["a"], "other": other, "verdict": "different", "reason": "Saw both"},
    )
    running.roll_back(post, second.pk, "Tried out")
    assert letters(keys, (pair[:2] for pair in held() if pair[2] == "same")) == {"cd"}
    third = running.plan(post, SMALL, kind=VEHICLE)
    assert third.counts["ends"] == 1
    running.roll_back(post, first.pk, "All wrong")
    with pytest.raises(running.CannotRun, match="Nothing was written"):
        running.apply(post, third.pk)
    assert {verdict for _, _, verdict in held()} == {"different"}


def test_the_pages_work_for_any_kind_and_hide_what_is_hidden(office):
    post, who = office
    keys = put(post, VEHICLE, WORLD[VEHICLE][0])
    model = accepted(post, who, VEHICLE)
    planned = running.plan(post, SMALL, kind=VEHICLE)
    client = signed_in_client(who)
    with speaking(who):
        known = {name: Record.objects.get(pk=key) for name, key in keys.items()}
    queue = client.get(reverse("resolution-queue"), {"kind": VEHICLE}).content.decode()
    assert known["e"].reference in queue
    assert 'aria-current="true">Vehicles' in queue
    assert known["e"].reference not in client.get(
        reverse("resolution-queue"), {"kind": PHONE}).content.decode()  # fmt: skip
    pair = Proposal.objects.using("owner").get(first_id=keys["e"])
    shown = client.get(reverse("resolution-pair", args=[pair.pk])).content.decode()
    for words in ("The same vehicle or not", "characters that look alike", "same model"):
        assert words in shown
    weights = client.get(reverse("resolution-model", args=[model.number])).content.decode()
    assert "it moves" in weights
    address = reverse("resolution-run", args=[planned.pk])
    page = client.get(address).content.decode()
    assert "New groups: 1" in page
    assert known["a"].reference in page
    running.apply(post, planned.pk)
    led = client.get(f"/objects/vehicle/{known['b'].reference}/")
    assert led.status_code == 302
    assert known["a"].reference in led["Location"]
    restrict(who, known["a"])
    restrict(who, known["b"])
    blind = signed_in_client(officer("data office", of=post.unit))
    hidden = blind.get(address).content.decode()
    assert known["a"].reference not in hidden
    assert known["c"].reference not in hidden
    assert "None that you may see" in hidden
