"""The volunteers of an officer's units: registered, their link, their data looked at, let go."""

from collections.abc import Mapping
from typing import Any

import segno
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.cases.residents import ResidentData
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.desk.patrolling.forms import VolunteerForm, chosen_place, chosen_unit
from huiyin.neighbourhood import volunteering as acts
from huiyin.neighbourhood.access import LEADS_VOLUNTEERS, visible_volunteers, volunteer_for
from huiyin.neighbourhood.models import Volunteer
from huiyin.office.problems import Problem, WrongInput

ROWS, MOST = 50, 200


@sensitive_post_parameters("name", "phone")
@at_desk
@for_posts(LEADS_VOLUNTEERS)
@require_http_methods(["GET", "POST"])
def volunteers(request: DeskRequest) -> HttpResponse:
    """List the volunteers by code and place, never by name; register one who consents."""
    form, status = VolunteerForm(request.POST or None, by=request.user), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                volunteer = _registered(request, form)
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The volunteer is registered; give them the link."))
                return redirect("patrols:volunteer_detail", code=volunteer.code)
    rows = visible_volunteers(request.user).filter(left_at=None)
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    facts = {"shown": shown, "form": form}
    return page(request, "patrols/volunteers", facts, status=status)


def _registered(request: DeskRequest, form: VolunteerForm) -> Volunteer:
    said, place = form.cleaned_data, chosen_place(form)
    if place is None:
        raise WrongInput(_("Choose the place."))
    person = ResidentData(name=said["name"].strip(), phone=said["phone"].strip())
    entry = acts.Entry(person, place, consents=said["consents"])
    return acts.register(entry, unit=chosen_unit(form), by=request.user, at=timezone.now())


@at_desk
@require_GET
def volunteer_detail(request: DeskRequest, code: str) -> HttpResponse:
    """Show one volunteer: the link, the tasks they took, and nothing they told."""
    return _shown(request, volunteer_for(code, by=request.user), {})


@at_desk
@require_POST
def open_volunteer(request: DeskRequest, code: str) -> HttpResponse:
    """Show a volunteer's name and phone this once; the look is written in the access log."""
    volunteer = volunteer_for(code, by=request.user)
    why = request.POST.get("why", "")
    try:
        data = acts.person_of(volunteer, by=request.user, at=timezone.now(), why=why)
    except WrongInput as problem:
        return _shown(request, volunteer, {"person_problem": str(problem)}, status=problem.status)
    return _shown(request, volunteer, {"person_data": data})


@at_desk
@require_POST
def renew_link(request: DeskRequest, code: str) -> HttpResponse:
    """Give a volunteer a new link; the old one opens nothing any more."""
    acts.renew_link(volunteer_for(code, by=request.user), by=request.user, at=timezone.now())
    tell(request, _("The old link opens nothing any more; give them the new one."))
    return redirect("patrols:volunteer_detail", code=code)


@at_desk
@require_POST
def let_go(request: DeskRequest, code: str) -> HttpResponse:
    """Withdraw a volunteer's consent for them; what they told is erased at once."""
    acts.leave(volunteer_for(code, by=request.user), by=request.user, at=timezone.now())
    tell(request, _("The volunteer has left, and what they told is erased."))
    return redirect("patrols:volunteers")


def _shown(
    request: DeskRequest, volunteer: Volunteer, more: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    person: ResidentData | None = more.get("person_data")
    facts = {
        "volunteer": volunteer,
        "deeds": volunteer.deeds.select_related("task")[:MOST],
        "link": acts.link_of(volunteer) if volunteer.left_at is None else "",
        "person": person,
        **more,
    }
    if facts["link"]:
        facts["link_code"] = _qr(str(facts["link"]))
    return page(request, "patrols/volunteer_detail", facts, status=status)


def _qr(link: str) -> str:
    code = segno.make(link, error="m", micro=False)
    drawn = code.svg_inline(
        border=4, light="#fff", omitsize=True, svgclass="receipt-code", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308 - drawn here, from our own link
