"""Who may touch the tables of access, and those of the packages that sign-in is made with.

None of them holds or names a police record, so none has row-level security; each says why.
"""

from peel.kernel.base.protection import DOOR, LOADER, RELAY, WEB, WORKER, Table

_ALL = "SELECT, INSERT, UPDATE, DELETE"
_READERS = {WEB: "SELECT", DOOR: "SELECT", WORKER: "SELECT", LOADER: "SELECT", RELAY: "SELECT"}
_SAFE = "SELECT (id, name, collar_number, is_active)"
_DOOR_ONLY = "a credential, or what leads to one: only the role for sign-in reads it"

TABLES: tuple[Table, ...] = (
    Table("access_organisation", _READERS, why="names of organisations; no record"),
    Table("access_unit", _READERS, why="names of units; no record"),
    Table("access_agreement", _READERS, why="which organisation shares with which; no record"),
    Table("access_role", _READERS, why="what roles there are; no record"),
    Table("access_rolepermission", _READERS, why="what roles allow; no record"),
    Table("access_appointment", _READERS, why="who holds which post, as a staff list says"),
    Table("access_officer", _READERS, why="the staff list: a view without credentials"),
    Table(
        "access_user",
        {
            DOOR: "SELECT, UPDATE (password, last_login, must_change_password)",
            WEB: _SAFE,
            WORKER: _SAFE,
            LOADER: _SAFE,
        },
        why="name and number as on the staff list; the web role has no right on the password",
    ),
    Table("access_sessiontoken", why="written and read by functions alone, for tokens open doors"),
    Table(
        "access_apitoken",
        {
            WEB: "SELECT (id, hint, user_id, appointment_id, name, scopes, purpose, created,"
            " created_by_id, expires, last_used, last_address, ended_at, follows_id)"
        },
        read="user_id = (select access.current_user_id()) or ((select"
        " access.may('staff.token.manage')) and exists (select from access_appointment a"
        " where a.id = access_apitoken.appointment_id and (a.organisation_id ="
        " (select (access.identity()).organisation_id)"
        " or (select access.may('staff.organisation.edit')))))",
        why="a token's name and use, for its holder and his administrator; the hash for nobody",
    ),
    # Whoever lent or was lent the post, and whoever manages delegations of that organisation.
    Table(
        "access_delegation",
        {WEB: "SELECT", DOOR: "SELECT"},
        read="exists (select from access_appointment a where a.id in (access_delegation.lent_id,"
        " access_delegation.appointment_id) and (a.user_id = (select access.current_user_id())"
        " or ((select access.may('staff.delegation.manage')) and (a.organisation_id ="
        " (select (access.identity()).organisation_id)"
        " or (select access.may('staff.organisation.edit'))))))",
        why="who acts for whom and why: for both, and for those who manage it",
    ),
    Table("access_pace", why="counts of calls, written and read by a function alone"),
    Table("access_secret", why="the key that signs identities: closed to every role"),
    Table("access_cache", {DOOR: _ALL}, why=_DOOR_ONLY),
    Table("django_session", {DOOR: _ALL}, why=_DOOR_ONLY),
    Table("mfa_authenticator", {DOOR: _ALL}, why=_DOOR_ONLY),
    Table("account_emailaddress", {DOOR: "SELECT"}, why="of allauth, and empty: no e-mail is kept"),
    Table("account_emailconfirmation", why="of allauth, and empty: no e-mail is sent"),
    Table("auth_group", why="of Django, and empty: roles are Peel's own"),
    Table("auth_permission", why="of Django, and unused: permissions are Peel's own"),
    Table("auth_group_permissions", why="of Django, and empty"),
    Table("django_content_type", why="of Django, and unused: there are no generic foreign keys"),
    Table("django_migrations", {WEB: "SELECT"}, why="which migrations ran, for the health check"),
)
