"""Rows that changed at their source: a life that went on is taken on, nothing else is rewritten."""

from datetime import timedelta

import pytest

from huiyin.cases.models import Assignment, Case, Round
from huiyin.exchange.models import ImportedRow
from huiyin.followup.actions import close_case
from huiyin.logbook.models import Entry
from huiyin.logbook.verifying import verify
from huiyin.replies.actions import accept_case
from tests.exchange.invented import NOW, OPEN, as_csv, mapping, rejected, row, run
from tests.makers import SOLVED, hotline_staff, officer_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def file(tmp_path):
    """Writes one row as a CSV file and answers its path."""
    return lambda **cells: as_csv(tmp_path / "rows.csv", [row(**cells)])


def facts():
    case = Case.objects.values().get()
    rounds = list(Round.objects.values())
    parts = list(Assignment.objects.values())
    for one in (case, *rounds, *parts):
        one.pop("id")
        one.pop("case_id", None)
        one.pop("number", None)
    return case, rounds, parts, list(Entry.objects.values_list("code", "at").order_by("pk"))


def test_a_case_that_was_closed_meanwhile_is_closed_here_too(file):
    run(file(**OPEN))
    report = run(file(), at=LATER)
    assert (report.imported, report.changed, report.rejected) == (0, 1, 0)
    went_on = facts()
    assert Case.objects.get().status == "closed"
    assert verify().problems == []
    assert run(file(), at=LATER).unchanged == 1
    assert facts() == went_on


def test_a_case_taken_on_equals_one_that_was_imported_whole(file):
    run(file(**OPEN))
    run(file(), at=LATER)
    went_on = facts()
    by = mapping(source={"code": "twin"})
    case = Case.objects.get()
    Case.objects.filter(pk=case.pk).update(source="kept", source_id="kept")
    run(file(), by)
    whole = Case.objects.get(source="twin")
    fields = ("status", "closed_at", "moved_at", "due_at", "wait_until", "unit_id", "title")
    assert [getattr(whole, name) for name in fields] == [went_on[0][name] for name in fields]
    turn = Round.objects.values("reply", "answered_at", "closed_at", "due_at").get(case=whole)
    assert turn == {name: went_on[1][0][name] for name in turn}
    part = Assignment.objects.values("state", "sent_at", "done_at").get(case=whole)
    assert part == {name: went_on[2][0][name] for name in part}


def test_a_case_goes_on_step_by_step(file):
    run(file(status="New", closed="", reply=""))
    assert Case.objects.get().status == "received"
    run(file(**OPEN))
    assert Case.objects.get().status == "dispatched"
    run(file())
    assert Case.objects.get().status == "closed"
    assert [entry.code for entry in Entry.objects.order_by("pk")] == [
        "case.received",
        *["case.moved"] * 3,
    ]


def test_what_was_noted_at_the_receipt_is_not_noted_again(file):
    day = {"opened": "2025-05-01"}
    run(file(**day, **OPEN))
    run(file(**day))
    assert [entry.code for entry in Entry.objects.order_by("pk")] == [
        "case.received",
        "import.noted",
        *["case.moved"] * 3,
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Something else"},
        {"target": "2025-06-01 00:00:00"},
        {"unit": "Parks"},
        {"opened": "2025-05-01 07:00:00"},
        {"reply": "Something else."},
        {"status": "Open", "closed": "", "reply": ""},
    ],
)
def test_a_change_in_what_was_imported_is_rejected_and_told(file, change):
    run(file())
    before = facts()
    path = file(**change)
    report = run(path)
    assert (report.changed, report.rejected, report.not_applied) == (0, 1, 1)
    assert rejected(path)[0]["reason"] == "What was imported of this row was changed at its source."
    assert facts() == before


def test_a_case_that_was_worked_on_here_is_left_alone(file):
    run(file(**OPEN))
    case = Case.objects.get()
    accept_case(case.number, by=officer_of(case.unit), at=NOW)
    path = file()
    report = run(path)
    assert (report.changed, report.not_applied) == (0, 1)
    assert rejected(path)[0]["reason"] == "The case was worked on here after its import."
    assert Case.objects.get().status == "in_hand"


def test_a_row_that_is_written_in_another_way_and_says_the_same_is_unchanged(file):
    run(file(default="false", opened="2025-05-01 08:00:00"))
    before = facts()
    other = {"default": "no", "opened": "2025-05-01T08:00"}
    assert run(file(**other)).unchanged == 1
    assert facts() == before
    kept = bytes(ImportedRow.objects.get().digest)
    run(file(**other))
    assert bytes(ImportedRow.objects.get().digest) == kept


def test_it_says_the_same_even_after_the_case_was_worked_on_here(file):
    run(file(**OPEN))
    case = Case.objects.get()
    accept_case(case.number, by=officer_of(case.unit), at=NOW)
    assert run(file(default="no", **OPEN)).unchanged == 1


def test_a_case_that_stands_twice_in_one_file_goes_on_once(file, tmp_path):
    run(file(**OPEN))
    twice = as_csv(tmp_path / "twice.csv", [row(), row(), row(title="Else")])
    report = run(twice)
    assert (report.changed, report.unchanged, report.not_applied) == (1, 1, 1)
    assert report.read == report.settled


def test_an_imported_open_case_is_worked_on_like_any_other(file):
    run(file(status="New", closed="", reply=""))
    case = Case.objects.get()
    assert case.wait_until == case.received_at + timedelta(hours=2)
    run(file(**OPEN))
    staff = hotline_staff(case.intake_unit)
    by = mapping(status={"steps": {"Closed": ["dispatched at received", "answered at closed"]}})
    assert run(file(), by).changed == 1
    close_case(case.number, SOLVED, by=staff, at=NOW)
    assert Case.objects.get().status == "closed"
    assert verify().problems == []
