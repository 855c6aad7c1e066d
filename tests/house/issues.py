"""An issued report in front of the doors, and a reader who gets them by mail."""

from datetime import timedelta

from django.utils import timezone

from huiyin.reports.issued.issuing import issue_report
from huiyin.reports.issued.readers import Subscription, add_reader
from huiyin.reports.issued.rules import Kind
from tests.makers import city
from tests.people import wu


def issued_parts() -> dict[str, object]:
    """The parts of the addresses of reports: one of a day that is over, and one reader."""
    now = timezone.now()
    day = timezone.localdate(now) - timedelta(days=3)
    report = issue_report(city(), Kind.DAY, day, by=wu(), at=now)
    wanted = Subscription("刘主任", "liu@example.cn", "en", ["day"], ["pdf"])
    reader = add_reader(city(), wanted, by=wu(), at=now)
    return {"report": report.pk, "reader": reader.pk, "language": "en", "form": "json"}
