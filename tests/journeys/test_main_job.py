"""The main job: record a person, link him to a crime and an address, find him again."""

import pytest

from peel.kernel.audit import cli, sealer
from peel.pole.models import Nominal
from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import make_crime

pytestmark = pytest.mark.browser


def given_an_officer(username, role="response officer"):
    return officer_with_password(username, role)


def record_link_and_find(walker, crime):
    walker.follow("Record a nominal")
    walker.fill(
        Given_names="Caspian",
        Family_name="Ravensholt",
        Date_of_birth_or_age="about 30",
        Description="Tall, walks with a stick",
    )
    walker.choose("Sex", "Male")
    walker.press("Record a nominal")
    walker.sees("RAVENSHOLT, Caspian")
    walker.sees("about 30")
    nominal_page = walker.page.url

    walker.follow("Add a link")
    walker.fill(Link_to=crime.reference)
    walker.choose("How are they linked?", "Suspect in")
    walker.press("Add a link")
    walker.sees("suspect in")

    walker.go("/")
    walker.follow("Record a location")
    walker.fill(house_number_or_name="12", Street="Ropewalk", Town="Thamesmarch")
    walker.fill(Postcode="e20 2st")
    walker.press("Record a location")
    walker.sees("E20 2ST")

    walker.go(nominal_page)
    walker.follow("Add a link")
    walker.fill(Link_to="E20 2ST")
    walker.choose("How are they linked?", "Lives at")
    walker.press("Add a link")
    walker.sees("lives at")
    walker.sees("12 Ropewalk")

    walker.search("ravensholt")
    walker.sees("RAVENSHOLT, Caspian")
    walker.follow("RAVENSHOLT, Caspian")
    walker.sees("suspect in")


def test_the_main_job(walk):
    who = given_an_officer("tobias")
    given_an_officer("edda", role="auditor")
    crime = make_crime(who)
    walker = walk(width=390)
    walker.sign_in("tobias")
    record_link_and_find(walker, crime)
    walker.go(f"/investigation/crime/{crime.reference}/")
    walker.sees("has suspect")
    walker.go("/investigation/crime/?category=Burglary")
    walker.sees(crime.reference)

    auditor = walk()
    auditor.sign_in("edda")
    nominal = Nominal.objects.using("owner").get()
    auditor.go(f"/audit/?record={nominal.reference}")
    auditor.sees(who.name)
    auditor.sees("Record a nominal")
    auditor.go(f"/audit/records/{nominal.pk}/")
    auditor.sees(who.name)
    auditor.go("/audit/ledger/")
    auditor.does_not_see("Ravensholt")
    assert sealed_and_whole()


def sealed_and_whole():
    """Seal what there is, then let the verifier look for holes, changes and missing versions."""
    assert sealer.main(["--once"]) == 0
    return cli.main(["verify"]) == 0


def test_the_main_job_without_javascript(walk):
    who = given_an_officer("tobias")
    crime = make_crime(who)
    walker = walk(javascript=False)
    walker.sign_in("tobias")
    record_link_and_find(walker, crime)
