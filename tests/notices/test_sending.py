"""From a notice to a mobile phone: once, to whom wants it, and the faults are seen."""

from types import SimpleNamespace

import procrastinate
import pytest
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from huiyin.cases.residents import ResidentData, mobile_number, phone_for_notice
from huiyin.logbook.queries import accesses_about
from huiyin.notices import jobs
from huiyin.notices.actions import decline_messages, tell_resident, want_messages
from huiyin.notices.addresses import register_phones
from huiyin.notices.messengers import HttpGateway, NotSent, NullMessenger
from huiyin.notices.models import Notice, Outward, Sending
from huiyin.notices.sending import (
    SEALED,
    STRANDED,
    TRIES,
    failed_notices,
    free_stranded,
    queue_waiting,
    send_again,
    send_outward,
)
from tests.makers import NOON, make_case, minutes
from tests.notices.gateway import SECRET, gateway

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


class Refusing:
    """A messenger that never takes anything."""

    def __init__(self, *, permanent: bool, answer: str = ""):
        self.fault = {"permanent": permanent, "answer": answer}

    def send(self, to: str, text: str, *, key: str) -> None:
        raise NotSent("No.", **self.fault)


@pytest.fixture(autouse=True)
def _with_gateway(settings):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_SECRET = "http://127.0.0.1:1/send", SECRET
    settings.SITE_URL = "https://12345.example.cn"
    undo = register_phones(phone_for_notice)
    Notice.objects.all().delete()
    yield
    undo()


def told(phone: str = "138 0013 8000", *, key: str = "1") -> Notice:
    """A case whose resident was told that it is answered, in the hands of the worker."""
    case = make_case(resident=ResidentData(name="王阿姨", phone=phone))
    Notice.objects.all().delete()
    tell_resident("case.answered", about=case.number, at=NOON, key=key)
    return queued()


def queued() -> Notice:
    """The one notice that waits, handed to the worker."""
    handed: list[int] = []
    queue_waiting(at=NOON, defer=handed.append)
    return Notice.objects.get(pk=handed[0])


def send(notice: Notice, through, *, is_last: bool = False, at=NOON) -> str:
    """Try once, and say how the notice stands afterwards."""
    send_outward(notice.pk, at=at, through=through, is_last=is_last)
    return Notice.objects.get(pk=notice.pk).outward


def test_a_resident_reads_on_the_phone_what_the_city_told_and_where_to_read_more():
    notice, phone = told(), NullMessenger()
    assert send(notice, phone) == Outward.SENT
    [(to, text, key)] = phone.given
    assert to == PHONE
    assert text.startswith("【")
    assert notice.about in text
    assert "您的诉求已有答复" in text
    assert text.endswith("https://12345.example.cn/follow/")
    assert notice.about not in key


def test_a_message_speaks_the_citys_language_whoever_caused_it():
    notice, phone = told(), NullMessenger()
    with translation.override("en"):
        send(notice, phone)
    assert "您的诉求已有答复" in phone.given[0][1]


def test_the_resident_may_see_that_the_number_was_opened():
    notice = told()
    assert not accesses_about(notice.about)
    send(notice, NullMessenger())
    [look] = accesses_about(notice.about)
    assert (look.official_id, look.by_label, look.at) == (None, "system", NOON)


@pytest.mark.parametrize("phone", ["", "010 6512 3456", "12345"])
def test_without_a_mobile_number_nothing_is_sent_and_nothing_opened(phone):
    notice, messenger = told(phone), NullMessenger()
    assert send(notice, messenger) == Outward.UNWANTED
    assert (messenger.given, list(accesses_about(notice.about))) == ([], [])


def test_nobody_is_sent_what_they_declined():
    notice, phone = told(), NullMessenger()
    decline_messages(notice.about, at=NOON)
    decline_messages(notice.about, at=NOON)
    assert send(notice, phone) == Outward.UNWANTED
    assert (phone.given, list(accesses_about(notice.about))) == ([], [])
    want_messages(notice.about)
    tell_resident("case.closed", about=notice.about, at=NOON, key="2")
    assert send(queued(), phone) == Outward.SENT


def test_a_message_that_was_sent_is_not_sent_again():
    notice, phone = told(), NullMessenger()
    send(notice, phone)
    send(notice, phone)
    assert len(phone.given) == 1


def test_what_waits_is_handed_over_once():
    told()
    handed: list[int] = []
    assert (queue_waiting(at=NOON, defer=handed.append), handed) == (0, [])


def test_a_fault_in_handing_over_leaves_the_notice_waiting():
    told()
    Notice.objects.update(outward=Outward.WAITING)
    with pytest.raises(ZeroDivisionError):
        queue_waiting(at=NOON, defer=lambda _pk: 1 / 0)
    assert Notice.objects.get().outward == Outward.WAITING


def test_a_passing_fault_is_raised_for_the_worker_and_counted():
    notice = told()
    with pytest.raises(NotSent):
        send(notice, Refusing(permanent=False, answer="503"), at=NOON + minutes(3))
    sending = Sending.objects.get()
    assert (sending.tries, sending.answer, sending.last_at) == (1, "503", NOON + minutes(3))
    assert Notice.objects.get().outward == Outward.QUEUED
    assert send(notice, NullMessenger()) == Outward.SENT


@pytest.mark.parametrize(("permanent", "is_last"), [(True, False), (False, True)])
def test_a_final_refusal_and_the_last_try_end_as_failed(permanent, is_last):
    notice = told()
    assert send(notice, Refusing(permanent=permanent), is_last=is_last) == Outward.FAILED
    assert list(failed_notices()) == [notice]


def test_a_failed_message_can_be_sent_again_when_the_fault_is_mended():
    notice, phone = told(), NullMessenger()
    send(notice, Refusing(permanent=True, answer="401"))
    assert send_again([notice.pk]) == 1
    assert send(queued(), phone) == Outward.SENT
    assert send_again([notice.pk]) == 0


def test_a_missing_key_is_a_fault_that_somebody_sees(settings):
    notice = told()
    settings.DATA_KEYS = {"another": b"0" * 32}
    assert send(notice, NullMessenger()) == Outward.FAILED
    assert Sending.objects.get().answer == SEALED


def test_a_message_whose_worker_died_waits_again_after_a_day():
    notice = told()
    assert free_stranded(at=NOON + STRANDED) == 0
    assert free_stranded(at=NOON + STRANDED + minutes(1)) == 1
    assert send(queued(), NullMessenger()) == Outward.SENT
    assert free_stranded(at=NOON + 3 * STRANDED) == 0
    assert Notice.objects.get(pk=notice.pk).outward == Outward.SENT


def test_a_try_again_has_the_same_key_and_another_notice_another():
    with gateway() as there:
        notice, through = told(), HttpGateway(there.url, SECRET)
        there.answers = [503]
        with pytest.raises(NotSent):
            send(notice, through)
        send(notice, through)
        tell_resident("case.closed", about=notice.about, at=NOON, key="2")
        send(queued(), through)
    first, again, other = [one["key"] for one in there.taken]
    assert first == again != other


def test_the_worker_takes_a_message_to_its_end(settings):
    with gateway() as there:
        settings.SMS_GATEWAY_URL = there.url
        notice = told()
        there.answers = [503]
        with pytest.raises(NotSent):
            work(notice, attempts=0)
        there.answers = [503]
        work(notice, attempts=TRIES - 1)
    assert Notice.objects.get().outward == Outward.FAILED
    assert Sending.objects.get().tries == 2


def test_a_gateway_that_was_taken_away_is_sent_nothing(settings):
    notice = told()
    settings.SMS_GATEWAY_URL = ""
    work(notice, attempts=0)
    assert (Notice.objects.get().outward, Sending.objects.get().tries) == (Outward.QUEUED, 0)


def test_each_minute_what_waits_is_handed_to_the_worker(monkeypatch):
    told()
    Notice.objects.update(outward=Outward.WAITING)
    handed: list[int] = []
    monkeypatch.setattr(jobs, "_defer", handed.append)
    jobs.queue_every_minute.func(0)
    assert handed == [Notice.objects.get().pk]


def test_without_a_gateway_what_waits_goes_on_waiting(settings):
    told()
    Notice.objects.update(outward=Outward.WAITING)
    settings.SMS_GATEWAY_URL = ""
    jobs.queue_every_minute.func(0)
    assert Notice.objects.get().outward == Outward.WAITING


def test_a_queued_message_is_a_job_behind_all_others():
    told()
    Notice.objects.update(outward=Outward.WAITING)
    jobs.queue_every_minute.func(0)
    job = ProcrastinateJob.objects.get(task_name="notices.send")
    assert (job.args, job.priority) == ({"pk": Notice.objects.get().pk}, -10)


def work(notice: Notice, *, attempts: int) -> None:
    """What the worker does with the job of a message."""
    jobs.send_notice.func(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), notice.pk)


def test_pauses_grow_and_come_to_an_end(monkeypatch):
    monkeypatch.setattr(procrastinate.utils, "utcnow", lambda: NOON)
    fault = NotSent("No.", permanent=False)
    pauses = [pause(fault, attempts) for attempts in range(TRIES)]
    assert pauses == [1, 1, 3, 11, 53, 261, None]


def test_a_bug_is_not_tried_again():
    assert pause(ValueError("a bug"), 0) is None


def pause(fault: Exception, attempts: int) -> int | None:
    """For how many minutes the worker pauses before it tries again."""
    decision = jobs.GROWING_PAUSES.get_retry_decision(
        exception=fault, job=SimpleNamespace(attempts=attempts)
    )
    return decision and (decision.retry_at - NOON) // minutes(1)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("+86 138-0013-8000", PHONE),
        ("0086 13800138000", PHONE),
        ("138 0013 8000", PHONE),
        ("010-65123456", None),
        ("1380013800", None),
        ("", None),
    ],
)
def test_a_mobile_number_is_known_however_it_is_written(written, taken):
    assert mobile_number(written) == taken
