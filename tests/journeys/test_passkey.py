"""A passkey is made and used in Chromium's own virtual authenticator; a session ended elsewhere is
out at once; and a sensitive act asks for a fresh proof and keeps what was typed.
"""

from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from peel.kernel.access.models import User
from peel.kernel.access.tests.factories import PASSWORD, appointment, user
from tests.journeys.walking import Walker, officer_with_password
from tests.machine.test_main_job import make_nominal

pytestmark = pytest.mark.browser


def give_authenticator(page: Page) -> str:
    """A platform authenticator that verifies its user, as a laptop's fingerprint reader does."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def press_for_passkey(walker: Walker, words: str) -> None:
    """Press a button behind which the browser asks the authenticator."""
    with walker.page.expect_navigation(url=lambda url: "passkeys/new" not in url):
        walker.page.locator("main").get_by_role("button", name=words).click()
    walker.check()


def test_a_passkey_is_made_and_signs_in(walk):
    officer_with_password("amara", name="Amara Lindqvist")
    her = walk()
    give_authenticator(her.page)
    her.sign_in("amara")
    her.go("/account/security/")
    her.follow("Your passkeys")
    her.sees("You have none yet")
    her.follow("Add a passkey")
    her.fill(Name="Desk in Response A")
    press_for_passkey(her, "Make the passkey")
    her.sees("Your recovery codes")
    her.go("/account/security/passkeys/")
    her.sees("Desk in Response A")
    her.sees("Not used yet")
    her.page.get_by_role("button", name="Sign out", exact=True).click()
    her.sees("You have signed out")
    her.check()
    press_for_passkey(her, "Sign in with a passkey")
    expect(her.page.get_by_role("heading", level=1)).to_have_text("Home")
    her.go("/account/security/passkeys/")
    her.sees("Last used")
    her.follow("Rename Desk in Response A")
    her.fill(Name="Front office")
    her.press("Rename")
    her.sees("Front office")
    her.follow("Remove Front office")
    her.press("Remove it")
    her.sees("You have none yet")


def test_without_a_passkey_at_hand_plain_words_say_so(walk):
    him = walk(width=390)
    him.go("/sign-in/")
    him.page.evaluate(
        "() => { navigator.credentials.get = async () => {"
        " throw new DOMException('', 'NotAllowedError'); }; }"
    )
    him.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(him.page.get_by_role("alert")).to_contain_text("No passkey was used")
    bare = walk(javascript=False)
    bare.go("/sign-in/")
    bare.sees("Passkeys need a browser that has them")


def test_a_session_ended_from_another_browser_is_out_at_once(walk):
    officer_with_password("amara", name="Amara Lindqvist")
    desk, phone = walk(), walk(width=390)
    desk.sign_in("amara")
    phone.sign_in("amara")
    desk.go("/account/sessions/")
    desk.sees("This one")
    desk.press("End this session")
    desk.sees("That session has ended")
    phone.page.goto("/pole/nominal/")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    phone.sees("You have been signed out")


def grown_old(holder: User) -> None:
    """Let all proofs of a user grow an hour older."""
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "update access_sessiontoken set proved_at = proved_at - interval '1 hour'"
            " where user_id = %s",
            [holder.pk],
        )


def test_a_sensitive_act_asks_for_a_proof_and_keeps_what_was_typed(walk):
    identity = officer_with_password("amara", role="supervisor")
    nominal = make_nominal(identity)
    her = walk(width=390)
    her.sign_in("amara")
    grown_old(User.objects.get(pk=identity.user_id))
    her.go(f"/pole/nominal/{nominal.reference}/restrict/")
    her.page.get_by_label("Why is it restricted?").fill("An informant's safety")
    her.press("Restrict")
    expect(her.page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    her.fill(Password="not this")
    her.press("Continue")
    her.sees("The password is wrong")
    her.fill(Password=PASSWORD)
    her.press("Continue")
    her.sees("What you had entered is still here")
    her.press("Carry on")
    her.sees("Restricted")


def test_a_lent_post_is_chosen_and_shown(walk):
    officer_with_password("amara", role="detective", name="Amara Lindqvist")
    tobias = user(PASSWORD, username="tobias", name="Tobias Reed", collar_number="T4711")
    appointment(tobias, "response officer")
    her, him = walk(), walk(width=390)
    her.sign_in("amara")
    her.go("/account/security/")
    her.follow("Lend your post to a colleague")
    her.follow("Lend it")
    her.fill(Collar_or_staff_number_of_your_colleague="T4711", Why="Annual leave")
    last = timezone.localdate() + timedelta(days=3)
    her.page.locator("main").get_by_label("To", exact=True).first.fill(f"{last:%d %m %Y}")
    her.press("Lend this post")
    her.sees("Tobias Reed")
    him.go("/")
    him.page.get_by_label("User name").fill("tobias")
    him.page.get_by_label("Password", exact=True).fill(PASSWORD)
    him.press("Sign in")
    him.page.get_by_label("acting for").check(force=True)
    him.press("Continue")
    expect(him.page.get_by_role("region", name="Who you are acting as")).to_contain_text(
        "Acting for"
    )
