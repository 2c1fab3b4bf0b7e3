"""No search reads a table from end to end: the plans of its statements and of what its functions
run, as the web role gets them.

The tables of a test are so small that reading them through would often be right. So that is made
dear: what is read through all the same has no index that serves.
"""

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
from peel.services.search.tests.test_box import do

BOX = [
    "smyth john b 80s brixton silver corsa *7JX", "07700 900123", "AB12 CDE", "SW2 5TN sw2",
    "NM26-1234-5678-D", "A12?CD", "smith 1980", "jones 4/6/1980", "the words of a text",
    "silvr corsa", "*07J*", "within 500 m of SW2 5TN", "near SW2", "within 1 km of acer lane",
]  # fmt: skip
TABLES = {"search_word", "search_name", "search_key", "search_number", "search_term",
          "records_document", "records_record", "pole_link", "pole_location", "places_point",
          "places_gazetteeraddress", "attachments_filetext", "records_attachment",
          "identity_membership"}  # fmt: skip
EXPLAIN = (
    "load 'auto_explain'", "set local auto_explain.log_min_duration = 0",
    "set local auto_explain.log_nested_statements = on",
    "set local auto_explain.log_format = json", "set local client_min_messages = log",
    "set local enable_seqscan = off", "set local role peel_web",
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
    return sent


def open_functions(owner):
    """The functions of search that the web role may call and that only read."""
    found = owner.execute(
        "select 'search.' || p.proname from pg_proc p where p.pronamespace = 'search'::regnamespace"
        " and has_function_privilege('peel_web', p.oid, 'execute') and p.provolatile <> 'v'"
    )
    return {name for (name,) in found.fetchall()}


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def test_no_search_plan_reads_a_table_from_end_to_end(database):
    who = officer(permissions=["*"])
    nominals(who, [(f"Smith{n % 40}", f"John{n % 9}", "1980-06-04/1980-06-04 day")
                   for n in range(400)])  # fmt: skip
    do(who, "pole.location.create", paon="12", street="Acre Lane", town="Brixton",
       postcode="SW2 5TN", longitude=-0.1190, latitude=51.4610)  # fmt: skip
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
    called = {name for sql, _ in statements for name in re.findall(r"search\.\w+", sql)}
    assert open_functions(owner) <= called
    # The vocabulary alone is read under another role, and by what is new in it.
    assert {table for _, table in read} >= TABLES - {"search_word"}
    assert {table for kind, table in read if kind == "Seq Scan"} & TABLES == set()
