"""Who asks, and the scene that is asked about, for every test here."""

from peel.services.search.tests.test_box import scene, who  # noqa: F401
