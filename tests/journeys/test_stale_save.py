"""Two officers save the same record: the second gets both versions on the screen and chooses."""

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
