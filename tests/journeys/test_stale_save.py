"""Two officers save the same record: the second sees both and the ground, and chooses."""

import pytest

from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import make_nominal

pytestmark = pytest.mark.browser


def test_the_second_of_two_saves_sees_both_versions(walk):
    first = officer_with_password("amara", name="Amara Lindqvist")
    officer_with_password("tobias")
    nominal = make_nominal(first)
    one, other = walk(), walk(width=390)
    one.sign_in("amara")
    other.sign_in("tobias")
    for walker in (one, other):
        walker.go(f"/pole/nominal/{nominal.reference}/edit/")
    one.fill(Description="Grey beard")
    one.press("Edit")
    one.sees("Grey beard")
    other.fill(Description="Red beard")
    other.press("Edit")
    other.sees("Grey beard")
    other.sees("Red beard")
    other.sees("Amara Lindqvist")
    other.page.get_by_label("Description, theirs: Grey beard").check(force=True)
    other.press("Save what is chosen")
    other.sees("Grey beard")
    other.does_not_see("Red beard")


def both_open(walk, width, *, javascript=True):
    """Amara at her desk and Tobias have the same nominal open for editing."""
    first = officer_with_password("amara", name="Amara Lindqvist")
    officer_with_password("tobias")
    nominal = make_nominal(first)
    amara, tobias = walk(), walk(width=width, javascript=javascript)
    for walker, name in ((amara, "amara"), (tobias, "tobias")):
        walker.sign_in(name)
        walker.go(f"/pole/nominal/{nominal.reference}/edit/")
    return amara, tobias


def save(walker, sex=None, description=None):
    """Fill in the form of Edit and send it."""
    if sex:
        walker.choose("Sex", sex)
    if description:
        walker.fill(Description=description)
    walker.press("Edit")


def test_three_versions_field_by_field_and_stale_again(walk):
    amara, tobias = both_open(walk, 390)
    save(amara, sex="Male", description="Grey beard")
    save(tobias, description="Red beard")
    tobias.sees("When you opened it")
    # The sex was hers alone: it is taken, and said so.
    tobias.sees("Taken from")
    tobias.sees("you did not change it")
    tobias.press("Save what is chosen")
    tobias.sees("choose which to keep")
    amara.follow("Edit", exact=True)
    save(amara, description="White beard")
    tobias.page.get_by_label("Description, write it anew").check(force=True)
    tobias.page.get_by_role("textbox", name="Description").fill("Grey beard, red at the tips")
    tobias.press("Save what is chosen")
    # Stale once more: her first save is the ground now.
    tobias.sees("White beard")
    tobias.sees("Grey beard, red at the tips")
    tobias.page.get_by_label("Description, yours: Grey beard, red at the tips").check(force=True)
    tobias.press("Save what is chosen")
    tobias.sees("Grey beard, red at the tips")
    tobias.sees("Male")


def test_what_does_not_collide_is_saved_after_a_look_without_javascript(walk):
    amara, tobias = both_open(walk, 1280, javascript=False)
    save(amara, sex="Male")
    save(tobias, description="Red beard")
    tobias.sees("You changed different things")
    tobias.press("Save what is chosen")
    tobias.sees("Red beard")
    tobias.sees("Male")
