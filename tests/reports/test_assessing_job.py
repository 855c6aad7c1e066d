"""The job that makes the figures of the two-way assessment, day after day, for every city."""

import pytest
from django.utils import timezone

from huiyin.reports.assessing.models import AssessedFigure
from huiyin.reports.jobs import release_every_day
from tests.reports.marking import in_month, marked, streets

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _june(monkeypatch, settings):
    settings.ASSESSMENT_RATERS = 3
    monkeypatch.setattr(timezone, "now", lambda: in_month(6, 2))


def made() -> list[dict[str, object]]:
    return list(AssessedFigure.objects.order_by("pk").values())


def test_the_job_of_the_day_releases_once_however_often_it_runs():
    town = streets(4)
    for street in town[:3]:
        marked(street, 4, at=in_month(5))
    release_every_day(timestamp=0)
    [figure] = once = made()
    assert figure["raters"] == 3
    # What comes afterwards for those months, or earlier ones, changes nothing that was shown.
    marked(town[3], 1, at=in_month(4, 20))
    marked(town[3], 1, at=in_month(5, 20))
    release_every_day(timestamp=0)
    release_every_day(timestamp=0)
    assert made() == once


def test_the_job_releases_nothing_that_too_few_have_marked():
    for street in streets(2):
        marked(street, 4, at=in_month(5))
    release_every_day(timestamp=0)
    assert made() == []
