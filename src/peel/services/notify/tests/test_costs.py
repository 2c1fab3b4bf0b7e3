"""What an inbox costs, and that break-glass takes as long for what is hidden as for what is not."""

import pytest
from django.db import connections
from tests.machine.test_every_sheet import queries
from tests.machine.test_main_job import make_nominal
from tests.timing import assert_alike

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.base import references
from peel.services.notify import telling
from peel.services.notify.tests.scenes import REASON, restricted_nominal, under_the_worker


def test_an_inbox_asks_as_much_for_many_notices_as_for_few(database):
    sergeant, watcher = officer(role="supervisor"), officer(role="detective")
    client = signed_in_client(watcher)
    counted = []
    for number in (1, 24):
        made = [make_nominal(sergeant) for _ in range(number)]
        with under_the_worker():
            for nominal in made:
                telling.tell([watcher.user_id], "watch", "Edit", nominal.pk)
        counted.append(queries(client, "/notices/"))
    assert counted[0] == counted[1]
    assert counted[0] <= 12


def test_the_count_in_the_header_is_one_query(database):
    asked = []

    def counting(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    client = signed_in_client(officer(role="detective"))
    with connections["default"].execute_wrapper(counting):
        assert client.get("/help/").status_code == 200
    assert len([sql for sql in asked if "notify.unread" in sql]) == 1


@pytest.mark.timeout(900)
def test_break_glass_takes_as_long_for_hidden_as_for_absent(database):
    nominal = restricted_nominal(officer(role="supervisor", clearance=3))
    client = signed_in_client(officer(role="response officer", clearance=1))
    typed = {"category": "life", "reason": REASON}
    hidden, absent = nominal.reference, references.draw("NM")
    assert_alike(
        lambda reference: client.post("/break-glass/", {**typed, "reference": reference}),
        hidden, absent,
    )  # fmt: skip
