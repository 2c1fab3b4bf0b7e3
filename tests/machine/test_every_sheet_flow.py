"""The flow of every sheet as a table: each state and each move, offered and done or refused."""

import pytest
from django.db import connections
from django.urls import reverse

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine import registry
from peel.machine.tests.samples import answers, sample_of

FLOWS = [sheet for sheet in registry.sheets() if sheet.flow]

pytestmark = pytest.mark.parametrize("sheet", FLOWS, ids=[sheet.kind for sheet in FLOWS])


class Walker:
    """Makes records of a sheet and brings them into any state by moves, as an officer would."""

    def __init__(self, sheet):
        self.sheet = sheet
        self.who = officer(permissions=["*"], clearance=3)
        self.client = signed_in_client(self.who)

    def make(self):
        """A record in the first state."""
        where = reverse(f"{self.sheet.url_name}-create")
        answer = self.client.post(where, dict(sample_of(self.sheet).create))
        with speaking(self.who):
            reference = answer["Location"].rstrip("/").split("/")[-1]
            return self.sheet.model.objects.get(reference=reference)

    def state(self, record):
        """State and version as they are now."""
        with speaking(self.who):
            now = self.sheet.model.objects.get(pk=record.pk)
            return now.state, now.version

    def where(self, record, move):
        """The page of a move."""
        slug = move.name.replace("_", "-")
        return reverse(f"{self.sheet.url_name}-command", args=[record.reference, slug])

    def do(self, record, move, client=None):
        """Send the form of a move, filled in."""
        given = dict(sample_of(self.sheet).answers(self.who, record))
        slug = move.name.replace("_", "-")
        assert move.form is None or slug in given, f"give an answer to {slug} in the sample"
        values = {"version": str(self.state(record)[1]), **given.get(slug, {})}
        return (client or self.client).post(self.where(record, move), values)

    def bring(self, state):
        """A record in `state`, by the shortest way."""
        record = self.make()
        for move in path_to(self.sheet.flow, state):
            answer = self.do(record, move)
            assert answer.status_code == 302, (move.name, answer.content.decode()[:3000])
        assert self.state(record)[0] == state
        return record


def path_to(flow, state):
    """The fewest moves from the first state."""
    ways = {flow.start.name: []}
    while state not in ways:
        for name, way in list(ways.items()):
            for move in flow.moves_from(name):
                ways.setdefault(move.target, [*way, move])
    return ways[state]


@pytest.fixture
def walker(sheet, database):
    return Walker(sheet)


def test_each_state_offers_its_moves_and_refuses_the_others(sheet, walker):
    for state in sheet.flow.states:
        record = walker.bring(state.name)
        page = walker.client.get(reverse(f"{sheet.url_name}-page", args=[record.reference]))
        body = page.content.decode()
        assert state.title in body
        before = walker.state(record)
        for move in sheet.flow.moves:
            offered = f'href="{walker.where(record, move)}"' in body
            assert offered == (state.name in move.sources), (state.name, move.name)
            if not offered:
                refused = walker.do(record, move)
                assert refused.status_code == 422, (state.name, move.name)
                assert "not possible while" in refused.content.decode()
        assert walker.state(record) == before


def test_each_move_from_each_of_its_states_ends_where_it_says(sheet, walker):
    for move in sheet.flow.moves:
        for source in move.sources:
            record = walker.bring(source)
            version = walker.state(record)[1]
            done = walker.do(record, move)
            assert done.status_code == 302, (move.name, source, done.content.decode()[:3000])
            assert walker.state(record) == (move.target, version + 1), (move.name, source)


def test_each_move_asks_its_own_permission(sheet, walker):
    for move in sheet.flow.moves:
        record = walker.bring(move.sources[0])
        permission = f"{sheet.may.move}.{move.permission or move.name}"
        others = {f"{sheet.may.move}.{m.permission or m.name}" for m in sheet.flow.moves}
        without = officer(permissions=[sheet.may.view, *(others - {permission})],
                          clearance=3)  # fmt: skip
        assert walker.do(record, move, signed_in_client(without)).status_code == 403, move.name
        hidden = officer(permissions=["*"], clearance=3)
        walker.client.post(
            reverse(f"{sheet.url_name}-command", args=[record.reference, "restrict"]),
            {"version": str(walker.state(record)[1]), "reason": "x", "keep_me": "on"},
        )
        assert walker.do(record, move, signed_in_client(hidden)).status_code == 404, move.name
        client = signed_in_client(hidden)
        client.cookies.clear()
        assert walker.do(record, move, client).status_code == 302, move.name
        assert walker.state(record)[0] == move.sources[0]


def test_every_move_has_its_line_and_its_version(sheet, walker):
    record = walker.bring(sheet.flow.start.name)
    move = sheet.flow.moves_from(sheet.flow.start.name)[0]
    walker.do(record, move)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select outcome, subjects, versions from audit_line where name = %s",
            [f"{sheet.kind}.{move.name}"],
        )
        assert ("done", [record.pk], [2]) in cursor.fetchall()


def test_every_question_of_a_move_must_be_answered(sheet, walker):
    for move in sheet.flow.moves:
        asked = [n for n, field in (move.form.base_fields if move.form else {}).items()
                 if field.required]  # fmt: skip
        if asked:
            record = walker.bring(move.sources[0])
            before = walker.state(record)
            answer = walker.client.post(walker.where(record, move), {"version": str(before[1])})
            assert answer.status_code == 422, move.name
            assert all(f"id_{name}" in answer.content.decode() for name in asked)
            assert walker.state(record) == before


def test_every_answer_in_the_sample_belongs_to_a_command(sheet, walker):
    from peel.machine.commands.registry import commands_on

    given = answers(sheet, walker.who, walker.make())
    slugs = {command.slug for command in commands_on(sheet.model)}
    assert set(sample_of(sheet).answers(walker.who, walker.make())) <= slugs
    assert given
