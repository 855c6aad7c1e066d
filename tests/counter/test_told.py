"""What a resident reads of what the city told them, and how they decline text messages."""

import pytest

from huiyin.cases.residents import phone_for_notice
from huiyin.notices.actions import tell_resident, tell_unit
from huiyin.notices.models import Declined, Notice
from huiyin.notices.queries import has_declined
from tests.counter.residents import holding, page
from tests.makers import NOON, lighting, make_case, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture(name="case")
def _case():
    case = make_case("dispatched")
    Notice.objects.all().delete()
    return case


def choose(client, case, wanted):
    """Press one of the two buttons about text messages."""
    return client.post(f"/follow/{case.number}/text-messages/", {"wanted": wanted}, follow=True)


def test_a_resident_reads_what_the_city_told_them_the_latest_first(client, case):
    by = {"about": case.number}
    facts = {"until": NOON + minutes(60), "ground": "law", "basis": "《条例》第十五条"}
    tell_resident("extension.granted", at=NOON, key="1", facts=facts, **by)
    tell_resident("case.answered", at=NOON + minutes(9), key="2", **by)
    read = page(holding(client, case), case)
    assert read.index("Your request has been answered.") < read.index(
        "Your request needs more time"
    )
    assert "《条例》第十五条" in read


def test_a_resident_reads_nothing_that_only_a_unit_was_told(client, case):
    facts = {"due": NOON}
    tell_unit("due.over", lighting(), about=case.number, at=NOON, key="1", facts=facts)
    read = page(holding(client, case), case)
    assert "is overdue" not in read
    assert 'id="told"' not in read


def test_without_a_gateway_nobody_is_asked_about_text_messages(client, case, settings):
    settings.SMS_GATEWAY_URL = ""
    assert "text-messages" not in page(holding(client, case), case)


def test_a_resident_declines_text_messages_and_takes_them_again(client, case, settings):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/send"
    browser = holding(client, case)
    assert "Send me no more text messages" in page(browser, case)
    assert "You get no more text messages" in choose(browser, case, "no").content.decode()
    assert has_declined(case.number)
    assert "Send me text messages again" in page(browser, case)
    choose(browser, case, "yes")
    assert not has_declined(case.number)


def test_a_resident_sees_that_the_system_opened_the_number_for_a_message(client, case):
    phone_for_notice(case.number, at=NOON)
    assert "the system, to send you a text message" in page(holding(client, case), case)


def test_without_the_receipt_nobody_declines_for_the_resident(client, case):
    answer = client.post(f"/follow/{case.number}/text-messages/", {"wanted": "no"})
    assert answer.status_code == 403
    assert not Declined.objects.exists()
