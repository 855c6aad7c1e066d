"""Reports go to their readers by the plan: one mail a report and reader, retried, never twice."""

import smtplib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse

from huiyin.notices.mail import mail_server
from huiyin.office.environment import BadSetting
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from huiyin.reports.issued.issuing import correct_report
from huiyin.reports.issued.mailing import (
    DjangoCarrier,
    NotTaken,
    look_after_lost,
    queue_mails,
    send_again,
    send_mail,
)
from huiyin.reports.issued.models import IssuedReport, ReportMail
from huiyin.reports.issued.plans import adopt_plan, read_plan, shipped_plan
from huiyin.reports.issued.readers import (
    Subscription,
    add_reader,
    end_reader,
    reader_of,
    secret_of,
)
from huiyin.reports.issued.scheduling import issue_what_is_due
from huiyin.reports.shown.letters import letter
from tests.counting.acts import exclude
from tests.makers import city
from tests.people import chen, gao, he, song, wu
from tests.reports.issues import AFTER, ASKED, ZONE, a_day, issued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_mail_server(settings):
    settings.MAIL_SERVER = mail_server("smtp://mail.example.cn")


@dataclass
class Postman:
    """Takes mails, or raises what it was given, one a try."""

    faults: list = field(default_factory=list)
    carried: list = field(default_factory=list)

    def carry(self, message):
        if self.faults:
            raise self.faults.pop(0)
        self.carried.append(message)


def a_reader(address="reader@example.cn", by=None, units=(), **wanted):
    facts = {"name": "刘主任", "language": "en", "kinds": ["day"], "formats": ["pdf"]} | wanted
    wish = Subscription(address=address, units=units, **facts)
    return add_reader(city(), wish, by=by or wu(), at=ASKED)


def tried(postman, *, at=AFTER, is_last=False):
    """Hand over whatever waits or stands in the queue."""
    queue_mails(at=at, defer=str)
    return [
        send_mail(pk, letter, at=at, through=postman, is_last=is_last)
        for pk in ReportMail.objects.order_by("pk").values_list("pk", flat=True)
    ]


def stages():
    return list(ReportMail.objects.order_by("pk").values_list("stage", flat=True))


def test_each_reader_of_that_kind_gets_one_mail_with_the_files_asked_for():
    cases = a_day()
    a_reader(units=[cases[3].unit])
    a_reader("weekly@example.cn", kinds=["week"])
    issued()
    postman = Postman()
    tried(postman), tried(postman)
    [message] = postman.carried
    assert message.to == ["reader@example.cn"]
    assert "Daily report" in message.subject
    assert [name for name, _file, _type in message.attachments] == ["he-an-day-2026-03-05-en.pdf"]
    assert "Liushu Street: received 1, valid call-backs 2 (with exclusions 2)" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stages() == ["sent"]


def test_a_mail_is_written_in_the_language_of_its_reader():
    a_day()
    a_reader(language="zh-hans")
    issued()
    tried(postman := Postman())
    assert "日报" in postman.carried[0].subject


def test_what_the_server_refuses_for_now_is_tried_again_and_arrives_once():
    a_day()
    a_reader()
    issued()
    postman = Postman([NotTaken("451", permanent=False)])
    with pytest.raises(NotTaken):
        tried(postman)
    assert stages() == ["queued"]
    tried(postman), tried(postman)
    assert len(postman.carried) == 1
    assert ReportMail.objects.get().tries == 2


@pytest.mark.parametrize(("permanent", "is_last"), [(True, False), (False, True)])
def test_what_is_refused_for_good_or_too_often_ends_as_failed(permanent, is_last):
    a_day()
    a_reader()
    issued()
    tried(Postman([NotTaken("550", permanent=permanent)]), is_last=is_last)
    assert stages() == ["failed"]


@pytest.mark.parametrize("fault", [smtplib.SMTPServerDisconnected("gone"), TimeoutError()])
def test_a_mail_of_which_nobody_knows_whether_it_arrived_is_not_sent_again_by_itself(fault):
    a_day()
    a_reader()
    report = issued()
    postman = Postman([fault])
    tried(postman), tried(postman)
    assert (stages(), postman.carried) == (["unclear"], [])
    assert send_again(report, [ReportMail.objects.get().pk], by=wu(), at=AFTER) == 1
    tried(postman)
    assert (stages(), len(postman.carried)) == (["sent"], 1)


def test_a_worker_that_was_killed_while_handing_over_leaves_a_question_and_no_second_mail():
    a_day()
    a_reader()
    issued()
    queue_mails(at=AFTER, defer=str)
    ReportMail.objects.update(stage="leaving")
    look_after_lost(at=AFTER + timedelta(minutes=30))
    assert stages() == ["leaving"]
    look_after_lost(at=AFTER + timedelta(hours=2))
    assert tried(postman := Postman(), at=AFTER + timedelta(hours=2)) == [""]
    assert (stages(), postman.carried) == (["unclear"], [])


def test_a_correction_goes_to_the_readers_too_and_says_so():
    cases = a_day()
    a_reader()
    first = issued()
    tried(postman := Postman())
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    correct_report(first, "Excluded.", by=wu(), at=AFTER + timedelta(hours=1))
    tried(postman)
    assert "(correction 1)" in postman.carried[1].subject
    assert "Reason: Excluded." in postman.carried[1].body


def test_a_reader_ends_the_mails_by_the_link_in_them_without_signing_in():
    a_day()
    reader = a_reader()
    issued()
    browser = Client(enforce_csrf_checks=True)
    address = reverse("desk:end_reports", args=[secret_of(reader)])
    assert browser.get(address).status_code == 200
    assert ReportMail.objects.get().reader.ended_at is None
    browser.post(address, {"List-Unsubscribe": "One-Click"})
    tried(postman := Postman())
    assert (stages(), postman.carried) == (["unwanted"], [])
    assert browser.post(address).status_code == 200
    with pytest.raises(NotFound):
        reader_of(secret_of(reader) + "x")


def test_readers_are_kept_by_analysts_and_administrators_only():
    for person in (gao(), song(), chen()):
        with pytest.raises(NotAllowed):
            a_reader(by=person)
    reader = a_reader(by=he())
    with pytest.raises(NotAllowed):
        end_reader(reader, by=song(), at=AFTER)
    assert end_reader(reader, by=he(), at=AFTER)
    assert not end_reader(reader, by=he(), at=AFTER)
    a_reader(by=wu())


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "nobody"},
        {"kinds": []},
        {"kinds": ["year"]},
        {"formats": []},
        {"language": "fr"},
        {"name": " "},
    ],
)
def test_a_reader_is_refused_who_could_get_nothing(wrong):
    with pytest.raises(WrongInput):
        a_reader(**wrong)


def test_one_address_gets_reports_once():
    a_reader()
    with pytest.raises(NotPossible):
        a_reader("Reader@example.cn")


def test_without_a_mail_server_no_mail_is_kept_back_to_flow_out_later(settings):
    settings.MAIL_SERVER = mail_server("")
    a_day()
    a_reader()
    issued()
    assert ReportMail.objects.count() == 0


def test_a_mail_goes_through_the_server_of_the_settings():
    a_day()
    a_reader(formats=["pdf", "xlsx", "docx"])
    issued()
    tried(DjangoCarrier())
    [sent] = django_mail.outbox
    assert len(sent.attachments) == 3


PLAN = shipped_plan().replace("day = false", "day = true")


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def test_reports_are_issued_by_the_plan_once_their_time_is_over_and_has_rested():
    a_day()
    assert issue_what_is_due(at=AFTER) == []
    adopt_plan(PLAN, city(), by=wu(), at=at(5, 9))
    assert issue_what_is_due(at=at(5, 12, 59)) == []
    [made] = issue_what_is_due(at=at(5, 13))
    assert (made.kind, made.name, made.issued_by) == ("day", "2026-03-05", None)
    assert issue_what_is_due(at=at(5, 13, 5)) == []


def test_a_worker_that_slept_issues_what_it_missed_and_nothing_from_before_the_plan():
    a_day()
    adopt_plan(PLAN, city(), by=wu(), at=at(5, 9))
    issue_what_is_due(at=at(8, 20))
    names = IssuedReport.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("day = false", "days = true", "days"),
        ("day = false", 'day = "yes"', "true or false"),
        ("wait_minutes = 60", "wait_minutes = -1", "whole number"),
        ('code = "fire"', 'code = "heating"', "same code"),
        ('words = ["消防"]', "", "by which it is found"),
        ("[schedule]", "[plan]", "schedule"),
    ],
)
def test_a_plan_that_says_something_wrong_is_refused_by_name(old, new, said):
    with pytest.raises(WrongInput, match=said):
        read_plan(shipped_plan().replace(old, new, 1))


def test_only_the_analyst_adopts_a_plan():
    for person in (he(), song(), chen()):
        with pytest.raises(NotAllowed):
            adopt_plan(PLAN, city(), by=person, at=AFTER)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("smtp://mail.example.cn", ("mail.example.cn", 25, "", False, False)),
        ("smtp+tls://lin%40x:p%3Aw@mail.example.cn", ("mail.example.cn", 587, "p:w", True, False)),
        ("smtps://mail.example.cn:2465", ("mail.example.cn", 2465, "", False, True)),
    ],
)
def test_a_mail_server_is_named_in_one_address(address, found):
    server = mail_server(address)
    assert found == (
        server.host,
        server.port,
        server.password,
        server.uses_starttls,
        server.uses_tls,
    )


@pytest.mark.parametrize(
    "address", ["mail.example.org", "http://mail.example.cn", "smtp://:25", "smtp://a:b"]
)
def test_an_address_that_names_no_mail_server_stops_the_start_without_saying_its_password(address):
    with pytest.raises(BadSetting) as refusal:
        mail_server(address)
    assert address not in str(refusal.value)
