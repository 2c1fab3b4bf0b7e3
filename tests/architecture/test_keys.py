"""Foreign keys follow the order of the house, and no migration is missing."""

import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture.order import against_the_order

# Models of packages that point at a user of ours: the packages stand below nothing of ours.
OF_PACKAGES = {
    "account.EmailAddress.user -> access.User",
    "mfa.Authenticator.user -> access.User",
    "pghistory.MiddlewareEvents.user -> access.User",
}


def test_foreign_keys_point_down():
    assert set(against_the_order(apps.get_models(include_auto_created=True))) <= OF_PACKAGES


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("peel.kernel.access.models", "investigation.Crime"),
        ("peel.pole.models", "investigation.Crime"),
        ("peel.kernel.records.models", "pole.Nominal"),
        ("peel.modules.custody.models", "investigation.Crime"),
    ],
)
def test_a_foreign_key_against_the_order_is_refused(module, target):
    with isolate_apps():
        planted = type(
            "Planted",
            (models.Model,),
            {
                "__module__": module,
                "up": models.ForeignKey(apps.get_model(target), models.CASCADE),
                "Meta": type("Meta", (), {"app_label": "planted"}),
            },
        )
    assert against_the_order([planted]) == [f"planted.Planted.up -> {target}"]


def test_no_migration_is_missing(database):
    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(f"Run makemigrations:\n{said.getvalue()}")
