"""`huiyin report day`: the issued report as files, issuing it, and the proof."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from huiyin.reports.issued.models import IssuedReport
from tests.counting.acts import asked
from tests.reports.issues import AFTER, ASKED, a_day, issued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _next_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTER)


def report(*words):
    call_command("report", *words)


def test_a_report_is_issued_by_command_and_written_as_files(capsys, tmp_path):
    a_day()
    with pytest.raises(CommandError, match="add --issue"):
        report("day")
    report("day", "--issue", "--out", str(tmp_path), "--format", "pdf", "--format", "json")
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["he-an-day-2026-03-05-zh-hans.pdf", "he-an-day-2026-03-05.json"]
    assert IssuedReport.objects.get().issued_by is None
    assert "Issued: 2026-03-05" in capsys.readouterr().out


def test_the_command_proves_that_the_same_figures_come_out(capsys):
    cases = a_day()
    made = issued()
    asked(cases[0].unit, ASKED)
    report("day", "--on", "2026-03-05", "--check")
    assert f"the same digest {made.digest}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--on", "yesterday"], ["--city", "nowhere"]])
def test_what_cannot_be_meant_is_refused_with_status_2(words):
    a_day()
    with pytest.raises(CommandError) as refusal:
        report("day", *words)
    assert refusal.value.returncode == 2
