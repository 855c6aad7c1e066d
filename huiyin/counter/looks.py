"""Who looked at a resident's data: the posts and units, when, and never the name."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.departments.models import PostHeld
from huiyin.departments.rules import READS_CASES
from huiyin.logbook.queries import accesses_about

MOST = 50


@dataclass(frozen=True)
class Look:
    """One look: when, and as what the official was there."""

    at: datetime
    posts: str


def looks_at(case: Case) -> list[Look]:
    """The latest looks at the data of the person behind a case; two queries."""
    rows = list(accesses_about(case.number)[:MOST])
    posts = _posts({row.official_id for row in rows if row.official_id}, case)
    system = _("the system, to send you a text message")
    return [
        Look(row.at, _(", ").join(posts.get(row.official_id, [])) if row.official_id else system)
        for row in rows
    ]


def _posts(officials: set[int], case: Case) -> dict[int, list[str]]:
    """The posts by which these officials reach the case; another post is nobody's business."""
    reached = [unit.path for unit in (case.intake_unit, case.unit) if unit]
    held = PostHeld.objects.filter(official__in=officials, post__in=READS_CASES)
    posts: dict[int, list[str]] = {}
    for row in held.select_related("unit").order_by("pk"):
        if any(path.startswith(row.unit.path) for path in reached):
            posts.setdefault(row.official_id, []).append(f"{row.unit} {row.get_post_display()}")
    return posts
