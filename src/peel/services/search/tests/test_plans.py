"""No search reads a table from end to end: its functions' plans, as the web role gets them."""

import json
import re

from django.db import connection

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer
from peel.kernel.base.dates import PartialDate
from peel.machine.queries.finding import kinds_to_view
from peel.services.search import planner, suggesting, tokens
from peel.services.search.api import PersonQuery, candidates, people
from peel.services.search.tests.filling import nominals

BOX = [
    "smyth john b 80s brixton silver corsa *7JX", "07700 900123", "AB12 CDE", "SW2 5TN sw2",
    "NM26-1234-5678-D", "A12?CD", "smith 1980", "jones 4/6/1980", "the words of a text",
]  # fmt: skip
TABLES = {"search_word", "search_name", "search_key", "search_number", "records_document",
          "records_record", "pole_link", "pole_location"}  # fmt: skip
EXPLAIN = (
    "load 'auto_explain'", "set local auto_explain.log_min_duration = 0",
    "set local auto_explain.log_nested_statements = on",
    "set local auto_explain.log_format = json", "set local client_min_messages = log",
    "set local role peel_web",
)  # fmt: skip


def asked_of_the_database(who):
    """Every statement that searches of all sorts send, with what they send with it."""
    sent = []

    def note(execute, sql, params, many, context):
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with speaking(who), connection.execute_wrapper(note):
        for text in BOX:
            planner.search(tokens.read(text), kinds_to_view(who))
        for text in ("smi", "john smi", "ab12", "07700"):
            suggesting.suggestions(text, kinds_to_view(who))
        people(PersonQuery(names="jon smyth", born_year=1980))
        people(PersonQuery(names="zyxw vuts", born_year=1980))
        people(PersonQuery(names="smyth", postcodes=("SW2 5TN",), identifiers=("065656/91H",)))
        candidates(PersonQuery(given="Jon", family="Smith", born=PartialDate.parse("4/6/1980")))
    return [(sql, params) for sql, params in sent if "search." in sql]


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def test_no_search_plan_reads_a_table_from_end_to_end(database):
    who = officer(permissions=["*"])
    nominals(who, [(f"Smith{n % 40}", f"John{n % 9}", "1980-06-04/1980-06-04 day")
                   for n in range(400)])  # fmt: skip
    statements = asked_of_the_database(who)
    told = []
    owner = database.connection
    owner.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
    with owner.transaction():
        for statement in EXPLAIN:
            owner.execute(statement)
        owner.execute("select access.speak_for(%s)", [who.token])
        for sql, params in statements:
            owner.execute(sql, params)
        owner.execute("reset role")
    plans = [json.loads(text[text.index("{") :]) for text in told if "plan:" in text]
    read = [
        (node["Node Type"], node["Relation Name"]) for plan in plans
        for node in nodes(plan["Plan"]) if "Relation Name" in node
    ]  # fmt: skip
    functions = {re.search(r"search\.\w+", sql)[0] for sql, _ in statements}
    assert {"search.people", "search.details", "search.numbers", "search.texts", "search.bearers",
            "search.beginning", "search.neighbours", "search.born_in"} <= functions  # fmt: skip
    assert {table for _, table in read} >= {"search_key", "search_name", "search_number"}
    assert {table for kind, table in read if kind == "Seq Scan"} & TABLES == set()
