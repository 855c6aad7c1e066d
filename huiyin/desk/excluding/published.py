"""What is published of exclusions and appeals: each unit beside the others, for every official."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from huiyin.counting.exclusions.access import TABLES
from huiyin.counting.exclusions.grounds import city_list, ground_label
from huiyin.counting.exclusions.published import COUNTS, Row, Window, published
from huiyin.counting.exclusions.rules import PaperKind
from huiyin.departments.queries import cities, time_zone_of
from huiyin.desk.doors import DeskRequest, at_desk, page
from huiyin.desk.excluding.words import KINDS
from huiyin.desk.finding.figures import month_after, month_asked
from huiyin.office.problems import NotFound
from huiyin.reports.months import month_before, month_bounds
from huiyin.reports.wording import share

LABELS = {
    "asked": gettext_lazy("asked for"),
    "granted": gettext_lazy("granted"),
    "refused": gettext_lazy("refused"),
    "lapsed": gettext_lazy("lapsed"),
    "taken_back": gettext_lazy("taken back"),
    "drawn": gettext_lazy("drawn for the re-check"),
    "rechecked": gettext_lazy("looked at again"),
    "annulled": gettext_lazy("annulled by the re-check"),
}


@at_desk
@require_GET
def published_papers(request: DeskRequest) -> HttpResponse:
    """Show for each unit what it asked for, what was granted, and the share left out."""
    asked = request.GET.get("kind", "")
    kind = PaperKind(asked) if asked in TABLES else PaperKind.EXCLUSION
    city, now = cities().first(), timezone.now()
    if city is None:
        raise NotFound(gettext_lazy("There is no city yet."))
    month, problem = month_asked(request, city, now)
    start, end = month_bounds(month, time_zone_of(city))
    found = published(kind, Window(start, end, city, now))
    facts = {
        "kind": kind,
        "kinds": KINDS,
        "words": KINDS[kind],
        "month": month,
        "problem": problem,
        "before": month_before(month),
        "after": month_after(month, city, now),
        "as_of": now,
        "heads": [LABELS[name] for name in COUNTS],
        "total": _row(found.total, str(city)),
        "units": [_row(row, str(row.unit)) for row in found.units],
        "grounds": [_row(row, ground_label(kind, row.ground)) for row in found.grounds],
        "list": city_list(),
    }
    return page(request, "excluding/published", facts, status=400 if problem else 200)


def _row(row: Row, label: str) -> dict[str, Any]:
    return {
        "label": label,
        "cells": [{"number": row.counts[name], "label": LABELS[name]} for name in COUNTS],
        "waiting": row.waiting,
        "calls": row.calls,
        "excluded": row.excluded,
        "share": share(row.excluded, row.calls),
    }
