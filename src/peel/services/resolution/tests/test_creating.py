"""Search before create: of each likely one it is said first whether the new person is she."""

import pytest
from django.urls import reverse
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client, system_appointment
from peel.pole.identity import api
from peel.pole.identity.models import Judgement
from peel.pole.models import Nominal
from peel.services.resolution import running
from peel.services.resolution.tests.stage import PLANTED, accepted, people, take_in

NEW = "/pole/nominal/new/"
TYPED = {"given_names": "Ngosi", "family_name": "Okwuosa", "name_kind": "current",
         "date_of_birth": "14 June 1980", "sex": "F", "description": ""}  # fmt: skip


@pytest.fixture
def world(database, monkeypatch):
    post = system_appointment()
    monkeypatch.setattr(running.training, "RANDOM_PAIRS", 100_000)
    who = officer("data office", of=post.unit)
    [planted] = [key for key, who_it_is in take_in(post, [PLANTED, *people(600)]).items()
                 if who_it_is == "planted"]  # fmt: skip
    accepted(post, who)
    return who, planted


def test_a_likely_one_is_asked_of_and_the_answer_is_kept(world):
    who, planted = world
    client = signed_in_client(who)
    with speaking(who):
        record = Nominal.objects.get(pk=planted)
    fragment = client.get(reverse("resolution-likely"), TYPED).content.decode()
    assert record.reference in fragment
    assert "same date of birth" in fragment
    assert not client.get(reverse("resolution-likely"), {"family_name": "Zzyzx"}).content.strip()
    for hostile in (
        "a",
        "'; drop table pole_nominal; --",
        "<b>&",
        "%%__" * 3_000,
        "王芳",
        "\x00abc",
    ):
        answer = client.get(reverse("resolution-likely"), {"family_name": hostile})
        assert answer.status_code == 200
        assert b"<b>&" not in answer.content

    page = client.post(NEW, TYPED)
    assert page.status_code == 422
    assert f"Is it {record.title} ({record.reference})?" in page.content.decode()
    name = f"likely-{record.reference}"
    done = client.post(NEW, TYPED | {name: "same"})
    assert done.status_code == 302, done.content.decode()
    with speaking(who):
        judged = Judgement.objects.latest("pk")
        assert (judged.verdict, judged.run) == ("same", None)
        assert judged.score > 8
        assert judged.model
        assert len(api.members(planted)) == 2


def test_a_certain_one_asks_why_and_a_hidden_one_leaves_no_trace(world):
    who, planted = world
    client = signed_in_client(who)
    with speaking(who):
        record = Nominal.objects.get(pk=planted)
    exact = TYPED | {"given_names": "Ngozi Adaeze", "contacts-TOTAL_FORMS": "0"}
    name = f"likely-{record.reference}"
    page = client.post(NEW, exact | {name: "different"})
    assert page.status_code == 422
    assert "Say why this is not the person" in page.content.decode()
    done = client.post(NEW, exact | {name: "different", "anyway": "Her sister, met both"})
    assert done.status_code == 302
    with speaking(who):
        judged = Judgement.objects.latest("pk")
    assert judged.verdict == "different"
    assert "Her sister" in judged.reason

    colleague = officer("detective", of=None)
    restrict(who, record)
    blind = signed_in_client(colleague)
    other = blind.get(reverse("resolution-likely"), TYPED | {"given_names": "Quillon"})
    answer = blind.get(reverse("resolution-likely"), TYPED)
    assert record.reference not in answer.content.decode()
    assert other.status_code == answer.status_code == 200
