"""Made-up calls at the whole API: no failure, and no answer that OpenAPI does not tell of.

Always the same calls, within a minute. For a longer look: PEEL_SCHEMATHESIS=200 (an operation).
"""

import json
import os

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks as told

from peel.kernel.access.tests.factories import officer
from peel.machine import registry
from peel.site.urls import api
from tests.machine.calling import token_for
from tests.machine.turns import common, debian, is_left
from tests.security.stage import build

CALLS = int(os.environ.get("PEEL_SCHEMATHESIS", "2"))
# Left out half of the time: made up badly they are refused before anything else is looked at.
HEADERS = ("Peel-Purpose", "Idempotency-Key", "If-Match", "If-None-Match")
CHECKS = [
    checks.not_a_server_error,
    told.status_code_conformance,
    told.content_type_conformance,
    told.response_headers_conformance,
    told.response_schema_conformance,
]


def operations():
    """Every operation as schemathesis reads it, called within this process."""
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
    schema.app = get_wsgi_application()
    return [result.ok() for result in schema.get_all_operations()]


def references(stage, operation):
    """Real records of the operation's kind, seen and hidden."""
    for sheet in registry.sheets():
        if operation.path.startswith(f"/api/{sheet.kind.replace('.', '/')}/{{reference}}"):
            seen = [r.reference for r in stage.visible.values() if r.kind == sheet.kind]
            return [*seen, stage.hidden_of(sheet).reference]
    return []


def shape(operation):
    """What an operation of each kind has alike: a command that every record takes is one."""
    stems = (f"/api/{sheet.kind.replace('.', '/')}/" for sheet in registry.sheets())
    stem = next((each for each in stems if operation.path.startswith(each)), "")
    path = operation.path.removeprefix(stem)
    slug = path.rpartition("/")[2]
    if slug in common() and slug != "edit":
        return operation.method, path
    bodies = operation.definition.raw.get("requestBody", {}).get("content", {})
    return operation.method, path, json.dumps(bodies, sort_keys=True)


def in_turn(operation):
    """Whether a command that all kinds have is asked of this one: see tests/machine/turns.py."""
    for sheet in registry.sheets():
        if operation.path.startswith(f"/api/{sheet.kind.replace('.', '/')}/"):
            return is_left(sheet, operation.path.rpartition("/")[2])
    return not debian()


def call_often(operation, real, headers, calls=CALLS):
    """What is wrong with the answers to made-up calls, well and badly formed."""
    faults = set()
    made = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=calls, database=None, deadline=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        case=made, reference=st.sampled_from([*real, ""]), version=st.sampled_from([1, None]),
        bare=st.booleans(),
    )  # fmt: skip
    def call(case, reference, version, bare):
        for header in HEADERS if bare and case.headers else ():
            case.headers.pop(header, None)
        if reference:
            case.path_parameters["reference"] = reference
        if version and isinstance(case.body, dict) and real:
            case.body["version"] = version
        try:
            case.call_and_validate(headers=headers, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            each = getattr(failure, "exceptions", [failure])
            faults.update((operation.label, f"{one.title}: {one.message[:300]}") for one in each)

    call()
    return faults


@pytest.mark.slow
@pytest.mark.timeout(300 * CALLS)
def test_no_made_up_call_fails_or_is_answered_otherwise_than_told(database):
    stage = build()
    who = officer(permissions=["*"], clearance=3)
    headers = {"Authorization": f"Bearer {token_for(who)}"}
    faults, met = set(), set()
    for operation in operations():
        # What takes the same body as one before is asked on kinds in turn, once; others in full,
        # which Debian's server need not see again.
        again, calls = debian() or shape(operation) in met, CALLS
        met.add(shape(operation))
        if again and CALLS == 2:
            calls = 1
            if not in_turn(operation):
                continue
        faults |= call_often(operation, references(stage, operation), headers, calls)
    assert sorted(faults) == []
