"""Migrations applied in groups of operations make what they make one by one."""

import pytest
from django.db import connections, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from peel.kernel.base import migrating


def steps():
    """Models that refer to each other, fields that come later and change, what is on fields."""
    text = models.CharField(max_length=20, default="")
    return [
        migrations.CreateModel("Cell", [("id", models.AutoField(primary_key=True))]),
        migrations.CreateModel(
            "Stay",
            [
                ("id", models.AutoField(primary_key=True)),
                ("cell", models.ForeignKey("trial.Cell", models.CASCADE)),
            ],
        ),
        migrations.AddField("cell", "stay", models.ForeignKey("trial.Stay", models.CASCADE)),
        migrations.AddField("stay", "word", text),
        migrations.AlterField("stay", "word", models.CharField(max_length=40, null=True)),
        migrations.AddIndex("stay", models.Index(fields=["word"], name="trial_word")),
        migrations.RunSQL("create view trial_said as select word from trial_stay"),
        migrations.AddConstraint(
            "stay", models.UniqueConstraint(fields=["cell", "word"], name="trial_once")
        ),
        migrations.AlterField("stay", "cell", models.ForeignKey("trial.Cell", models.PROTECT)),
    ]


def test_what_looks_back_begins_a_group():
    sizes = [len(group) for group in migrating.groups(steps())]
    assert sizes == [2, 2, 2, 1, 2]


ASKED = """
    select table_name, column_name, data_type, character_maximum_length::text, is_nullable
    from information_schema.columns where table_name like 'trial%'
    union all
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
    from pg_constraint where conrelid::regclass::text like 'trial%'
    union all
    select tablename, indexname, indexdef, '', '' from pg_indexes where tablename like 'trial%'
    order by 1, 2, 3
"""


@pytest.fixture
def made(database):
    """What a way of applying makes; nothing of it stays."""

    def make(way):
        migration = migrations.Migration("0001_initial", "trial")
        migration.operations = steps()
        with transaction.atomic(using="owner"):
            connection = connections["owner"]
            with connection.schema_editor() as editor:
                way(migration, ProjectState(), editor)
            with connection.cursor() as cursor:
                cursor.execute(ASKED)
                found = cursor.fetchall()
            transaction.set_rollback(True, using="owner")
        return found

    return make


def test_groups_make_what_one_by_one_makes(made):
    one_by_one = made(migrations.Migration.apply)
    assert made(migrating.apply) == one_by_one
    assert len(one_by_one) > 12


def test_migrate_takes_the_executor_of_groups():
    from django.core.management import load_command_class
    from django.core.management.commands import migrate

    load_command_class("peel.kernel.base", "migrate")
    assert migrate.MigrationExecutor is migrating.Executor
    assert issubclass(migrating.Executor, MigrationExecutor)
