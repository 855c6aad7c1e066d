"""Signing in: by name and password, one sentence for every refusal, locked after too many tries."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.desk.visits import at_desk, text
from tests.makers import PASSWORD
from tests.people import lin, outsider

pytestmark = pytest.mark.django_db
SIGN_IN = "/desk/sign-in/"
PAGES = ["/desk/", "/desk/dispatch/", "/desk/cases/new/", "/desk/cases/HY1/", "/desk/logbook/"]


def tried(client, name="lin", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": name, "password": password, **more})


def test_an_official_signs_in_and_stands_at_their_desk():
    lin()
    client = Client()
    assert tried(client).url == "/desk/"
    assert "My desk" in text(client.get("/desk/"))


@pytest.mark.parametrize(("name", "password"), [("lin", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_an_unknown_name_and_a_wrong_password_are_told_alike(name, password):
    lin()
    answer = tried(Client(), name, password)
    assert answer.status_code == 400
    if name:
        assert "do not belong together" in text(answer)


def test_what_was_typed_as_the_name_stays_and_the_password_does_not():
    lin()
    page = text(tried(Client(), "lin", "a wrong password"))
    assert 'value="lin"' in page
    assert "a wrong password" not in page


def test_a_closed_account_does_not_open():
    leaving = lin()
    leaving.is_active = False
    leaving.save()
    assert tried(Client()).status_code == 400


def test_too_many_wrong_passwords_lock_the_name_and_say_so(settings, clock):
    # The lock keeps a clock of its own, which cannot be passed in.
    clock.now = datetime.now(UTC)
    lin()
    client, tries = Client(), range(settings.AXES_FAILURE_LIMIT)
    answers = [tried(client, "lin", "wrong").status_code for _ in tries]
    answer = tried(client)
    assert (answers[0], answer.status_code) == (400, 429)
    assert "locked from this computer for one hour" in text(answer)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_reads_a_page_of_the_desk_without_signing_in(page):
    answer = Client().get(page)
    assert (answer.status_code, answer.url) == (302, f"{SIGN_IN}?next={page}")


def test_a_form_sent_after_the_session_ended_leads_to_the_desk_and_changes_nothing():
    answer = Client().post("/desk/cases/HY1/steps/accept/")
    assert answer.url == f"{SIGN_IN}?next=/desk/"


def test_after_signing_in_one_stands_where_one_wanted_to_be():
    lin()
    assert tried(Client(), next="/desk/dispatch/").url == "/desk/dispatch/"


def test_signing_in_leads_to_no_other_site():
    lin()
    assert tried(Client(), next="https://elsewhere.example/").url == "/desk/"


def test_whoever_signed_out_is_out():
    client = at_desk(lin())
    client.post("/desk/sign-out/")
    assert client.get("/desk/").status_code == 302


def test_nobody_is_signed_out_by_a_link():
    client = at_desk(lin())
    assert client.get("/desk/sign-out/").status_code == 405
    assert client.get("/desk/").status_code == 200


def test_a_page_of_the_desk_is_kept_in_no_cache():
    assert "no-store" in at_desk(lin()).get("/desk/")["Cache-Control"]


def test_the_language_stays_when_one_signs_in():
    lin()
    client = Client()
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/desk/sign-in/"})
    tried(client)
    assert "我的工作台" in text(client.get("/desk/"))


def test_an_official_changes_their_own_password():
    client = at_desk(lin())
    new = {"new_password1": "every lamp is lit again", "new_password2": "every lamp is lit again"}
    answer = client.post("/desk/password/", {"old_password": PASSWORD, **new})
    assert answer.status_code == 302
    assert client.get("/desk/").status_code == 200
    assert tried(Client(), "lin", "every lamp is lit again").status_code == 302


def test_a_password_is_not_changed_without_the_old_one():
    client = at_desk(lin())
    new = {"new_password1": "every lamp is lit again", "new_password2": "every lamp is lit again"}
    assert client.post("/desk/password/", {"old_password": "wrong", **new}).status_code == 400
    assert tried(Client()).status_code == 302


def test_somebody_without_a_post_is_told_whom_to_ask():
    page = text(at_desk(outsider()).get("/desk/"))
    assert "You hold no post yet" in page


def test_a_wrong_old_password_is_told_in_the_words_of_the_house():
    official = lin()
    official.set_password("the old one, long enough")
    official.save()
    browser = at_desk(official)
    new = {"new_password1": "a-new-and-long-one", "new_password2": "a-new-and-long-one"}
    chinese = {"Accept-Language": "zh-hans"}
    refused = browser.post("/desk/password/", {"old_password": "wrong", **new}, headers=chinese)
    assert refused.status_code == 400
    assert "原密码不正确，请重新输入。" in text(refused)
    assert "你的" not in text(refused)
