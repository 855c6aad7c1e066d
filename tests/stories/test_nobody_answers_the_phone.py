"""Nobody answers the phone: attempts on several days, an hour that is kept, a link, the end."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.cases.models import Round, Status
from huiyin.followup.models import AnswerLink, CallBack
from huiyin.logbook.queries import entries_about
from huiyin.notices.models import Notice
from huiyin.notices.sending import text_of
from tests.desk.visits import at_desk, text
from tests.makers import NOON, make_case, status_of
from tests.people import he, sun

pytestmark = pytest.mark.django_db
QUEUE = "/desk/call-backs/"


@pytest.fixture
def at_work(monkeypatch, settings):
    """A clock that the story turns on; the city has a gateway for text messages."""
    settings.LANGUAGE_CODE = "en"
    settings.SMS_GATEWAY_URL = "https://sms.example.cn/send"
    moment = [NOON + timedelta(hours=2)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def later(**span):
        moment[0] += timedelta(**span)

    return later


def call(case, act, **words):
    return at_desk(sun()).post(f"{QUEUE}cases/{case.number}/", {"act": act, **words})


def test_nobody_answers_the_phone(at_work):
    case = make_case(Status.ANSWERED)
    assert call(case, "close", reached="no").status_code == 409
    assert call(case, "note_call_back", reached="no").status_code == 302
    assert case.number not in text(at_desk(sun()).get(QUEUE))
    assert case.number in text(at_desk(sun()).get(f"{QUEUE}?list=later"))
    at_work(hours=3)
    wished = (timezone.localtime(timezone.now()) + timedelta(hours=16)).strftime("%Y-%m-%dT%H:%M")
    assert call(case, "note_call_back", reached="later").status_code == 400
    assert call(case, "note_call_back", reached="later", later_at=wished).status_code == 302
    at_work(hours=15)
    assert case.number not in text(at_desk(sun()).get(QUEUE))
    at_work(hours=1)
    assert "Wished to be called at this hour" in text(at_desk(sun()).get(QUEUE))
    refused = call(case, "close", reached="wrong_number")
    assert refused.status_code == 409
    assert 'value="wrong_number"' in text(refused)
    assert call(case, "note_call_back", reached="no").status_code == 302
    at_work(days=1)
    assert call(case, "close", reached="no").url == QUEUE
    assert (status_of(case), Round.objects.get(case=case).solved) == (Status.CLOSED, None)
    results = CallBack.objects.order_by("pk").values_list("result", flat=True)
    assert list(results) == ["no_answer", "later", "no_answer", "no_answer"]
    assert entries_about(case.number)[-1].details["asked"] is False


def test_a_resident_who_does_not_pick_up_answers_by_link(at_work):
    case = make_case(Status.ANSWERED)
    assert call(case, "link").status_code == 302
    notice = Notice.objects.get(code="call_back.link")
    path = re.search(r"http[^ ]+?(/answer/\S+)", text_of(notice))[1]
    phone = Client()
    for _look in range(3):
        # Phones look at links by themselves: a look uses nothing up.
        assert case.number in text(phone.get(path))
    assert phone.post(path, {"solved": "yes", "satisfied": "satisfied"}).status_code == 400
    said = {"contacted": "no", "solved": "yes", "satisfied": "basically"}
    done = phone.post(path, said)
    assert done.status_code == 303
    assert "Thank you" in text(phone.get(done.url))
    # A button pressed twice is one answer; later the link says that it was used.
    assert phone.post(path, said).url == done.url
    at_work(minutes=1)
    again = phone.post(path, said)
    assert (again.status_code, "already" in text(again)) == (410, True)
    row = CallBack.objects.get()
    assert (row.via, row.contacted, row.satisfied) == ("sms", False, "basically")
    assert status_of(case) == Status.CLOSED
    at_work(hours=1)
    other = "1" if path[-2] == "0" else "0"
    assert phone.get(f"{path[:-2]}{other}/").status_code == 404


def test_a_link_that_says_not_solved_brings_the_case_to_the_top(at_work):
    first, case = make_case(Status.ANSWERED), make_case(Status.ANSWERED)
    call(case, "link")
    path = re.search(r"http[^ ]+?(/answer/\S+)", text_of(Notice.objects.get(code="call_back.link")))
    said = {"contacted": "yes", "solved": "no", "satisfied": "dissatisfied"}
    assert Client().post(path[1], said).status_code == 400
    assert not AnswerLink.objects.filter(used_at__isnull=False).exists()
    assert Client().post(path[1], {**said, "remark": "还是不亮。"}).status_code == 303
    assert at_desk(sun()).post(f"{QUEUE}next/").url == f"{QUEUE}cases/{case.number}/"
    assert status_of(first) == Status.ANSWERED
    at_work(hours=80)
    assert Client().get(path[1]).status_code == 410


def test_who_calls_sees_who_is_calling(at_work):
    case = make_case(Status.ANSWERED)
    at_desk(sun()).post(f"{QUEUE}cases/{case.number}/", {"act": "reveal"})
    assert f"{sun().name} is calling" in text(at_desk(sun()).get(QUEUE))
    at_work(minutes=11)
    assert "is calling" not in text(at_desk(sun()).get(QUEUE))


def test_an_administrator_adopts_a_sample_and_the_case_says_it_is_not_in_it(at_work):
    desk, page = at_desk(he()), "/desk/call-backs/plan/"
    today = timezone.localdate().isoformat()
    wrong = desk.post(page, {"text": 'name = "x"', "from_on": today})
    assert (wrong.status_code, "source" in text(wrong)) == (400, True)
    plan = 'name = "抽样"\nsource = "本市规定"\n[[share]]\npercent = 0\n'
    assert desk.post(page, {"text": plan, "from_on": today}).status_code == 302
    assert "抽样" in text(desk.get(page))
    assert at_desk(sun()).post(page, {"text": plan, "from_on": today}).status_code == 403
    at_work(minutes=1)
    case = make_case(Status.ANSWERED)
    assert case.number in text(at_desk(sun()).get(f"{QUEUE}?list=unasked"))
    assert "Not in the sample" in text(at_desk(sun()).get(f"{QUEUE}cases/{case.number}/"))
