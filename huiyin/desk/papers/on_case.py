"""What the page of a case shows of its papers: applications, voices, the like nearby."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from huiyin.cases.access import visible_cases
from huiyin.cases.merging import WORKING
from huiyin.cases.models import Application, ApplicationState, Case, Link, Ruling, Status
from huiyin.cases.papers.applications import askable, may_rule
from huiyin.cases.rules import WORKED
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post
from huiyin.desk.papers.forms import ground_label
from huiyin.dispatch.objections import may_still_recall
from huiyin.office.together import Blank
from huiyin.replies.actions import may_tell

MOST_ALIKE = 8
ASKED_BY = {"objection": "object", "extension": "extend", "parking": "ask_to_park"}


def steps_beside(
    case: Case, applications: Iterable[Application], *, by: Official, at: datetime
) -> set[str]:
    """The steps beside the arrows that are open now: what may be asked for, and notes."""
    kinds = askable(case, applications, by=by)
    steps = {ASKED_BY[kind] for kind in kinds if kind in ASKED_BY}
    if is_designated(case, applications):
        steps.discard("object")
    if "recall" in kinds and may_still_recall(case, at=at):
        steps.add("recall")
    if case.status == Status.TRANSFERRED and holds(by, Post.DISPATCHER, case.intake_unit):
        steps.add("ask_later")
    if case.status in WORKED and case.is_confidential and may_tell(case, by=by):
        steps.add("tell_resident")
    return steps


def is_designated(case: Case, applications: Iterable[Application]) -> bool:
    """Whether the hotline has named the unit of this round, which can then not object."""
    return any(
        application.ruling == Ruling.DESIGNATE and application.round_number == case.round_number
        for application in applications
    )


def applications_of(case: int | Blank) -> QuerySet[Application]:
    """The applications in a case, named by its key, the latest first."""
    rows = Application.objects.filter(case_id=case).select_related("unit", "asked_by")
    return rows.select_related("part__asked_by").order_by("-asked_at", "-pk")


def links_of(case: int | Blank) -> QuerySet[Link]:
    """The other cases that a case, named by its key, names."""
    return Link.objects.filter(case_id=case).select_related("other").order_by("pk")


def papers_of(
    case: Case,
    applications: Iterable[Application],
    children: list[Case],
    links: list[Link],
    *,
    by: Official,
) -> dict[str, Any]:
    """The papers of a case for its page; the words of others' residents, never who they are."""
    return {
        "applications": [_shown(row, case, by=by) for row in applications],
        "children": children if _works_on(case, by) else [],
        "links": links,
    }


def alike(case: Case, *, by: Official) -> Sequence[Case]:
    """Cases still being worked of the same category in the same place: to merge with."""
    if case.place_id is None or case.category_id is None:
        return []
    rows = visible_cases(by).filter(
        place=case.place_id, category=case.category_id, status__in=WORKING
    )
    return list(rows.exclude(pk=case.pk).order_by("-received_at")[:MOST_ALIKE])


def _shown(application: Application, case: Case, *, by: Official) -> dict[str, Any]:
    application.case = case
    is_open = application.state == ApplicationState.OPEN
    return {
        "row": application,
        "ground": ground_label(application.ground),
        "is_open": is_open,
        "may_rule": is_open and may_rule(application, by=by),
    }


def _works_on(case: Case, by: Official) -> bool:
    if holds(by, Post.DISPATCHER, case.intake_unit) or holds(by, Post.CALLER, case.intake_unit):
        return True
    return case.unit is not None and holds(by, Post.OFFICER, case.unit)
