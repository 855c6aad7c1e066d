"""One look of the guard at a city: count, compare, and say which figures are a question."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.departments.models import Unit
from huiyin.office.problems import WrongInput
from huiyin.reports.guard.counting import Window, seen_in
from huiyin.reports.guard.rules import Figure, judged

LONGEST = timedelta(days=370)


def look_at(window: Window) -> list[Figure]:
    """Hold every unit of a city against its peers, as the cases stood at a moment."""
    if not timedelta() < window.end - window.start <= LONGEST:
        raise WrongInput(_("The guard looks at a time of at most 370 days."))
    below = Unit.objects.filter(path__startswith=window.city.path)
    levels = dict(below.values_list("pk", "level"))
    return judged(seen_in(window), levels, level=settings.GUARD_FALSE_PER_THOUSAND / 1000)
