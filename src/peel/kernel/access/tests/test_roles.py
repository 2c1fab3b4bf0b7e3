"""The default roles, their permissions, and where each model is reached."""

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connections

from peel.kernel.access import hooks, permissions, roles
from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Appointment, Officer, Role, RolePermission, User
from peel.kernel.access.protection import TABLES
from peel.kernel.access.routing import DoorRouter
from peel.kernel.access.tests import factories

NAMED = {
    "response officer", "detective", "supervisor", "custody sergeant", "property clerk",
    "analyst", "auditor", "data office", "administrator", "call handler", "case builder",
    "intelligence officer", "interface", "loader",
}  # fmt: skip


def test_the_default_file_names_the_roles_and_its_review():
    defaults = roles.default_roles()
    assert {role.name for role in defaults} == NAMED
    assert all(role.reviewed_on and role.reviewed_by for role in defaults)
    assert [role.name for role in defaults if role.system] == ["interface", "loader"]


def test_nobody_who_reads_the_ledger_or_makes_users_works_on_records():
    held = {role.name: role.permissions for role in roles.default_roles()}
    assert not any(name.startswith(("pole", "investigation")) for name in held["auditor"])
    assert held["administrator"] == {"staff.*"}
    for name, names in held.items():
        if name not in ("auditor", "data office"):
            assert not permissions.allows(names, "oversight.audit.view"), name
        if name != "administrator":
            assert not permissions.allows(names, "staff.user.create"), name
        assert "*" not in names


@pytest.mark.usefixtures("database")
def test_seeding_again_leaves_what_a_force_has_changed():
    roles.seed("owner")
    RolePermission.objects.using("owner").filter(role="analyst").delete()
    Role.objects.using("owner").filter(name="analyst").update(description="Ours")
    Role.objects.using("owner").filter(name="case builder").delete()
    assert roles.seed("owner") == ["case builder"]
    analyst = Role.objects.get(name="analyst")
    assert (analyst.description, analyst.permissions.count()) == ("Ours", 0)
    assert roles.seed("owner") == []


@pytest.mark.usefixtures("database")
def test_every_default_role_opens_what_it_says():
    for default in roles.default_roles():
        if not default.system:
            assert factories.officer(default.name).permissions == default.permissions


def test_malformed_permissions_are_named():
    assert permissions.malformed(["a.b.c", "a.*", "A.b", "a b", "", "a..b", "*.view"]) == [
        "A.b", "a b", "", "a..b",
    ]  # fmt: skip


@pytest.mark.usefixtures("database")
def test_a_view_that_needs_a_permission_refuses_others(rf):
    @permissions.needs("pole.nominal.view")
    def view(request):
        return "shown"

    request = rf.get("/")
    request.identity = None
    with pytest.raises(PermissionDenied):
        view(request)
    request.identity = factories.officer("auditor")
    with pytest.raises(PermissionDenied):
        view(request)
    request.identity = factories.officer("detective")
    assert view(request) == "shown"


def test_credentials_go_through_the_door():
    router = DoorRouter()
    for model in (User, Session):
        assert (router.db_for_read(model), router.db_for_write(model)) == ("door", "door")
    for model in (Appointment, Officer, Role):
        assert router.db_for_read(model) is None
    assert router.allow_migrate("owner", "access")
    assert not any(router.allow_migrate(alias, "access") for alias in ("default", "door"))


@pytest.mark.usefixtures("database")
def test_every_table_of_access_is_declared_with_its_reason():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p', 'v') and relname ~"
            " '^(access|account|mfa|auth)_|^django_(session|content_type)'"
        )
        present = {name for (name,) in cursor.fetchall()}
    assert present <= {table.name for table in TABLES}
    assert all(table.why for table in TABLES)


@pytest.mark.usefixtures("database")
def test_every_definer_function_has_a_fixed_path_and_is_closed_to_the_public():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select p.proname, p.proconfig::text, r.rolname,"
            " has_function_privilege('public', p.oid, 'execute') from pg_proc p"
            " join pg_roles r on r.oid = p.proowner"
            " where p.pronamespace = 'access'::regnamespace and p.prosecdef"
        )
        found = cursor.fetchall()
    assert len(found) >= 14
    for name, config, owner, public in found:
        assert "search_path=pg_catalog, public, pg_temp" in config, name
        assert (owner, public) == ("peel_owner", False), name


def test_markings_rise():
    assert Marking.OFFICIAL < Marking.OFFICIAL_SENSITIVE < Marking.SECRET


def test_a_hook_hears_each_act_once(monkeypatch):
    monkeypatch.setattr(hooks, "_hooks", [])
    heard = []

    def hook(**line):
        heard.append(line)

    hooks.on_access(hook)
    hooks.on_access(hook)
    hooks.tell("access.sign_in", "refused", None)
    assert heard == [{
        "name": "access.sign_in", "outcome": "refused", "token": None, "user_id": None,
        "request": None, "detail": {},
    }]  # fmt: skip
