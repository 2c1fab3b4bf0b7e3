"""The test database: real roles, real commits, and nothing left for the next test."""

import pytest
from django.db import connections


def test_each_alias_speaks_as_its_role(database):
    expected = {"default": "peel_web", "audit": "peel_web", "owner": "peel_owner"}
    for alias in ("door", "relay", "worker", "loader", "sealer", "live"):
        expected[alias] = f"peel_{alias}"
    found = {}
    for alias in expected:
        with connections[alias].cursor() as cursor:
            cursor.execute("select current_user")
            found[alias] = cursor.fetchone()[0]
    assert found == expected


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_before_the_next(database, turn):
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from django_session")
        assert cursor.fetchone() == (0,)
        cursor.execute("insert into django_session values (%s, 'x', now())", [f"turn {turn}"])


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_seeded_table_that_a_test_changed_is_put_back(database, turn):
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from django_migrations where app = 'planted'")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "insert into django_migrations (app, name, applied) values ('planted', 'x', now())"
        )
        if turn == 2:
            cursor.execute("delete from django_migrations where app <> 'planted'")


def test_the_seeded_rows_are_there_again(database):
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from django_migrations where app = 'sessions'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_the_marker_of_pytest_django_means_the_same():
    with connections["default"].cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("peel_web",)


def test_without_the_fixture_the_database_is_closed():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connections["default"].cursor()
