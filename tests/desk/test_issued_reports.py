"""Issued reports at the desk: the list, the page, its files, a correction, the readers."""

from datetime import timedelta

import pytest

from huiyin.reports.issued.issuing import correct_report
from huiyin.reports.issued.models import IssuedReport, ReportReader
from tests.counting.acts import exclude
from tests.desk.visits import at_desk, text
from tests.people import gao, he, song, wu
from tests.reports.issues import AFTER, a_day, issued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _next_day(clock):
    clock.now = AFTER


def test_the_analyst_issues_a_report_and_reads_it():
    a_day()
    browser = at_desk(wu())
    sent = browser.post("/desk/reports/issue/", {"kind": "day", "day": "2026-03-05"}, follow=True)
    page = text(sent)
    assert "Daily report on residents" in page
    assert "Liushu Street" in page
    assert "75.00%" in page
    again = browser.post("/desk/reports/issue/", {"kind": "day", "day": "2026-03-05"})
    assert again.status_code == 409
    assert "issued already" in text(again)
    assert 'value="2026-03-05"' in text(again)


def test_a_leader_reads_reports_and_is_offered_nothing_else():
    a_day()
    report = issued()
    browser = at_desk(song())
    listed, page = browser.get("/desk/reports/"), browser.get(f"/desk/reports/{report.pk}/")
    assert "Issue the report" not in text(listed)
    assert "Correct the report" not in text(page)
    refused = browser.post("/desk/reports/issue/", {"kind": "day", "day": "2026-03-04"})
    assert refused.status_code == 403
    assert browser.post(f"/desk/reports/{report.pk}/correct/", {"reason": "x"}).status_code == 403


def test_each_file_of_the_page_can_be_had():
    a_day()
    report = issued()
    browser = at_desk(gao())
    for language in ("zh-hans", "en"):
        for form in ("pdf", "xlsx", "docx", "json"):
            answer = browser.get(f"/desk/reports/{report.pk}/{language}.{form}")
            assert answer.status_code == 200
            assert f".{form}" in answer.headers["Content-Disposition"]
    assert browser.get(f"/desk/reports/{report.pk}/en.exe").status_code == 404
    assert browser.get(f"/desk/reports/{report.pk}/fr.pdf").status_code == 404


def test_a_correction_is_shown_before_it_is_issued_and_marks_the_first(clock):
    cases = a_day()
    report = issued()
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    clock.later(timedelta(hours=1))
    browser, address = at_desk(wu()), f"/desk/reports/{report.pk}/correct/"
    page = text(browser.get(address))
    assert "Liushu Street · without exclusions · valid call-backs: 2 → 1" in page
    assert browser.post(address, {"reason": " "}).status_code == 400
    browser.post(address, {"reason": "One voice was excluded."})
    latest = IssuedReport.objects.get(number=1)
    first = text(browser.get(f"/desk/reports/{report.pk}/"))
    assert "This issue was corrected: read issue 2 instead." in first
    second = text(browser.get(f"/desk/reports/{latest.pk}/"))
    assert "Reason: One voice was excluded." in second


def test_pages_of_reports_ask_the_database_little(django_assert_max_num_queries, clock):
    cases = a_day()
    report = issued()
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    clock.later(timedelta(hours=1))
    correct_report(report, "Excluded.", by=wu(), at=clock.now)
    browser = at_desk(wu())
    for address in ("/desk/reports/", f"/desk/reports/{report.pk}/", "/desk/reports/readers/"):
        with django_assert_max_num_queries(12):
            assert browser.get(address).status_code == 200


def test_a_wrong_plan_keeps_what_was_typed():
    answer = at_desk(wu()).post("/desk/reports/plan/", {"text": "[schedule]\nday = 3"})
    assert answer.status_code == 400
    assert "day = 3" in text(answer)
    assert "true or false" in text(answer)


def test_an_administrator_adds_and_ends_a_reader():
    browser = at_desk(he())
    given = {
        "name": "刘主任",
        "address": "liu@example.cn",
        "language": "zh-hans",
        "kinds": ["day", "month"],
        "formats": ["pdf"],
    }
    browser.post("/desk/reports/readers/", given)
    reader = ReportReader.objects.get()
    assert "liu@example.cn" in text(browser.get("/desk/reports/readers/"))
    browser.post(f"/desk/reports/readers/{reader.pk}/end/")
    assert "liu@example.cn" not in text(browser.get("/desk/reports/readers/"))
    wrong = browser.post("/desk/reports/readers/", given | {"address": "liu"})
    assert wrong.status_code == 400
    assert "刘主任" in text(wrong)
