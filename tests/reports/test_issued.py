"""A report is issued once, kept as it was, made again bit for bit, and corrected by number."""

import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from huiyin.counting.facts.folding import fold, settle
from huiyin.departments.models import Post
from huiyin.logbook.models import Entry
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput
from huiyin.reports.issued.access import report_for
from huiyin.reports.issued.issuing import (
    contents_of,
    correct_report,
    issues_of,
    made_again,
    would_change,
)
from huiyin.reports.issued.models import IssuedReport
from huiyin.reports.issued.rules import Kind, canonical, differences, digest_of
from tests.counting.acts import asked, exclude
from tests.makers import city, make_case, make_official, make_unit
from tests.people import chen, gao, he, lin, song, wu
from tests.reports.issues import AFTER, ASKED, DAY, a_day, issued

pytestmark = pytest.mark.django_db


def row_of(report, code):
    groups = contents_of(report)["groups"]
    return next(row for group in groups for row in group["rows"] if row["code"] == code)


def test_a_daily_report_tells_what_was_said_from_noon_to_noon():
    a_day()
    outside = asked(make_unit(code="oak"), ASKED - timedelta(hours=4))
    contents = contents_of(issued())
    assert contents["window"]["start"] == "2026-03-04T04:00:00+00:00"
    assert contents["window"]["end"] == "2026-03-05T04:00:00+00:00"
    now = contents["total"]["now"]
    assert (now["net"]["n"], now["net"]["solved"], now["net"]["satisfied"]) == (4, 3, 2)
    assert contents["total"]["before"]["net"]["n"] == 1
    assert outside.number not in canonical(contents)


def test_each_rate_stands_with_its_numerator_and_denominator():
    a_day()
    [_response, solved, satisfied] = row_of(issued(), "liushu")["net"]["parts"]
    assert solved == {"code": "solved", "credit": "1", "n": 2, "rate": "50.00"}
    assert satisfied == {"code": "satisfied", "credit": "0.9", "n": 2, "rate": "45.00"}


def test_a_report_made_again_from_its_moment_has_the_same_digest():
    cases = a_day()
    report = issued()
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    asked(cases[0].unit, ASKED + timedelta(hours=1))
    make_case("in_hand", unit=cases[0].unit, at=ASKED)
    fold(at=AFTER + timedelta(hours=1))
    again = made_again(report)
    assert differences(contents_of(report), again) == []
    assert digest_of(canonical(again)) == report.digest


def test_figures_as_of_later_are_other_figures():
    cases = a_day()
    report = issued()
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    changed = {change.path[-1] for change in would_change(report, at=AFTER + timedelta(hours=1))}
    assert "excluded_n" in changed


def test_what_was_counted_in_while_others_read_later_figures_is_in_the_report():
    a_day()
    settle(AFTER + timedelta(seconds=3))
    asked(make_unit(code="late"), ASKED)
    report = issued()
    assert contents_of(report)["total"]["now"]["net"]["n"] == 5
    assert report.as_of > AFTER
    assert digest_of(canonical(made_again(report))) == report.digest


def test_a_report_is_issued_only_once():
    a_day()
    issued()
    with pytest.raises(NotPossible, match="issued already"):
        issued(at=AFTER + timedelta(hours=1))
    assert IssuedReport.objects.count() == 1


def test_no_report_is_issued_before_its_time_is_over():
    a_day()
    with pytest.raises(NotPossible, match="not over before 2026-03-05 12:00"):
        issued(at=ASKED + timedelta(hours=2))


@pytest.mark.parametrize("person", [chen, lin, gao, song, he])
def test_only_the_analyst_issues_and_corrects(person):
    a_day()
    with pytest.raises(NotAllowed):
        issued(by=person())
    report = issued()
    with pytest.raises(NotAllowed):
        correct_report(report, "Wrong.", by=person(), at=AFTER)


def test_an_analyst_of_one_street_does_not_issue_for_the_city():
    a_day()
    street = make_unit("榆树街道")
    with pytest.raises(NotAllowed):
        issued(by=make_official(Post.ANALYST, unit=street))


def test_a_correction_names_why_and_what_it_changed_and_the_first_issue_stays():
    cases = a_day()
    first = issued()
    before = first.contents
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    second = correct_report(
        first, "One voice was excluded.", by=wu(), at=AFTER + timedelta(hours=2)
    )
    assert (second.number, second.reason) == (1, "One voice was excluded.")
    path = ["groups", "streets", "rows", "liushu", "net", "n"]
    assert [path, "2", "1"] in second.changed
    assert second.changes == len(second.changed)
    first.refresh_from_db()
    assert first.contents == before
    assert [row.number for row in issues_of(city(), Kind.DAY, DAY)] == [1, 0]
    assert digest_of(canonical(made_again(second))) == second.digest
    codes = Entry.objects.filter(about=f"report-he-an-day-{DAY}").values_list("code", flat=True)
    assert list(codes.order_by("position")) == ["report.issued", "report.corrected"]


def test_what_waits_is_not_counted_anew_by_a_correction():
    cases = a_day()
    first = issued()
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    asked(cases[0].unit, ASKED + timedelta(days=2))
    second = correct_report(first, "Excluded.", by=wu(), at=AFTER + timedelta(days=3))
    assert contents_of(second)["waiting"] == contents_of(first)["waiting"]
    assert contents_of(second)["stands_at"] == contents_of(first)["as_of"]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_a_correction_needs_its_reason(reason):
    cases = a_day()
    report = issued()
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    with pytest.raises(WrongInput, match="Write why"):
        correct_report(report, reason, by=wu(), at=AFTER + timedelta(hours=1))


def test_nothing_is_corrected_where_the_same_figures_come_out():
    a_day()
    report = issued()
    with pytest.raises(NotPossible, match="nothing to correct"):
        correct_report(report, "Just so.", by=wu(), at=AFTER + timedelta(hours=1))


def test_only_the_latest_issue_is_corrected():
    cases = a_day()
    first = issued()
    exclude(cases[3], at=AFTER + timedelta(minutes=5))
    correct_report(first, "Excluded.", by=wu(), at=AFTER + timedelta(hours=1))
    with pytest.raises(NotPossible, match="corrected already"):
        correct_report(first, "Again.", by=wu(), at=AFTER + timedelta(hours=2))


@pytest.mark.parametrize("words", ["contents = '{}'", "digest = ''", "reason = 'x'"])
def test_what_was_issued_cannot_be_rewritten(words):
    a_day()
    report = issued()
    column, value = words.split(" = ")
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedReport.objects.filter(pk=report.pk).update(**{column: value.strip("'")})


def test_contents_that_lost_their_digest_are_refused():
    a_day()
    report = issued()
    report.contents = report.contents.replace('"n":4', '"n":5')
    with pytest.raises(NotPossible, match="tell the auditor"):
        contents_of(report)


def test_a_report_holds_no_case_no_person_and_no_words():
    cases = a_day()
    text = issued().contents
    for secret in ("王阿姨", "138", "槐树街 12", "路灯三天", *(case.number for case in cases)):
        assert secret not in text


def test_readers_of_figures_anywhere_in_the_city_read_its_reports_and_others_do_not():
    a_day()
    report = issued()
    leader = make_official(Post.LEADER, unit=make_unit("榆树街道"))
    for person in (wu(), song(), gao(), leader):
        assert report_for(person, report.pk) == report
    for person in (chen(), lin(), he()):
        with pytest.raises(NotFound):
            report_for(person, report.pk)


def test_a_monthly_report_needs_no_second_table_of_the_assessment_window():
    a_day()
    contents = contents_of(issued(Kind.MONTH, date(2026, 3, 1), AFTER + timedelta(days=30)))
    assert contents["period"] is None
    assert contents["total"]["now"]["net"]["n"] == 4
    weekly = contents_of(issued(Kind.WEEK, date(2026, 3, 8), AFTER + timedelta(days=30)))
    assert weekly["period"]["now"]["net"]["n"] == 4


def test_contents_are_one_text_however_they_are_put_together():
    assert canonical({"b": 1, "a": "字"}) == '{"a":"字","b":1}'
    assert json.loads(canonical({"a": [1, None, True]})) == {"a": [1, None, True]}
    with pytest.raises(TypeError):
        canonical({"a": [{"b": 0.1}]})
