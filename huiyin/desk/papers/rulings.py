"""Ruling on applications: the list of what waits, and one application with its form."""

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Application, ApplicationKind
from huiyin.cases.papers.applications import (
    Verdict,
    may_rule,
    open_applications,
    take_application_back,
)
from huiyin.cases.rules import PROCEDURES
from huiyin.departments.models import Official, Post, Unit
from huiyin.desk.clocks import clock
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, posts_of, tell
from huiyin.desk.papers.forms import RulingForm, ground_label
from huiyin.dispatch.objections import must_designate, rule_on_objection
from huiyin.office.problems import NotFound, WrongInput
from huiyin.replies.joint.refusals import rule_on_refusal
from huiyin.replies.times import rule_on_parking, rule_on_time

RULERS = frozenset({Post.DISPATCHER, Post.SUPERVISOR})
ROWS = 50


@at_desk
@for_posts(RULERS)
@require_GET
def rulings(request: DeskRequest) -> HttpResponse:
    """List the applications that wait for a ruling, the next due first."""
    now, held = timezone.now(), posts_of(request.user)
    # What another post rules on stands in no list of theirs, however long it has waited.
    kinds = [kind for kind, procedure in PROCEDURES.items() if procedure.ruled_by in held]
    waiting = open_applications(request.user).filter(kind__in=kinds)
    waiting = waiting.select_related("part__asked_by", "part__unit")
    shown = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
    rows = [
        {"row": row, "ground": ground_label(row.ground), "clock": clock(row.rule_by, now=now)}
        for row in shown
        if may_rule(row, by=request.user)
    ]
    return page(request, "papers/rulings", {"rows": rows, "shown": shown})


@at_desk
@require_http_methods(["GET", "POST"])
def ruling(request: DeskRequest, application: int) -> HttpResponse:
    """Show one application, and rule on it."""
    row = _application(application, by=request.user)
    form = RulingForm(row, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                _rule(row, form, by=request.user, at=timezone.now())
            except WrongInput as problem:
                form.add_error(None, str(problem))
            else:
                tell(request, _("The ruling was written down and told to the unit."))
                still_seen = visible_cases(request.user).filter(pk=row.case_id).exists()
                return redirect(row.case.get_absolute_url() if still_seen else "desk:rulings")
    facts = {
        "row": row,
        "case": row.case,
        "form": form,
        "ground": ground_label(row.ground),
        "proposed": Unit.objects.filter(code=row.asked.get("proposed", "")).first(),
        "may_rule": may_rule(row, by=request.user),
        "must_designate": row.kind == ApplicationKind.OBJECTION and must_designate(row.case),
        "until": _moment(row.asked.get("until")),
        "files": row.files.all(),
        "clock": clock(row.rule_by, now=timezone.now()),
    }
    return page(request, "papers/ruling", facts, status=status)


@at_desk
@require_POST
def take_back_application(request: DeskRequest, application: int) -> HttpResponse:
    """Let the unit that asked take its application back."""
    row = _application(application, by=request.user)
    take_application_back(row.pk, by=request.user, at=timezone.now())
    tell(request, _("The application was taken back."))
    return redirect(row.case.get_absolute_url())


def _application(key: int, *, by: Official) -> Application:
    rows = Application.objects.select_related(
        "case",
        "case__unit",
        "case__intake_unit",
        "unit",
        "asked_by",
        "part__asked_by",
        "part__unit",
    )
    row = rows.filter(pk=key, case__in=visible_cases(by)).first()
    if row is None:
        raise NotFound(_("There is no such application for you."))
    return row


def _rule(row: Application, form: RulingForm, *, by: Official, at: datetime) -> None:
    said = form.cleaned_data
    verdict = Verdict(said["ruling"], said["words"])
    if row.kind == ApplicationKind.OBJECTION:
        rule_on_objection(row.pk, verdict, by=by, at=at, unit=form.unit())
    elif row.kind == ApplicationKind.EXTENSION:
        rule_on_time(row.pk, verdict, by=by, at=at)
    elif row.kind == ApplicationKind.PARKING:
        rule_on_parking(row.pk, verdict, by=by, at=at)
    elif row.kind == ApplicationKind.PART_REFUSAL:
        rule_on_refusal(row.pk, verdict, by=by, at=at)
    else:
        raise NotFound(_("There is no such application for you."))


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
