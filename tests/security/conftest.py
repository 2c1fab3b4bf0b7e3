"""Fixtures of the attacks."""

import copy

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from tests.security import stage as stages


@pytest.fixture
def stage(database):
    """What is hidden, made by commands."""
    return stages.build()


@pytest.fixture
def pooled(database):
    """The web role's connection taken from a pool of one, as the served site has it."""
    plain = connections["default"]
    settings = copy.deepcopy(plain.settings_dict)
    settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 10}
    wrapper = DatabaseWrapper(settings, "default")
    connections["default"] = wrapper
    yield wrapper
    wrapper.close()
    wrapper.close_pool()
    connections["default"] = plain
