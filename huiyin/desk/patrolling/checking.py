"""Looking on site at what was answered: the patroller's page of one finding."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.cases.access import case_for
from huiyin.cases.models import Case
from huiyin.cases.moves import current_round
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.patrolling.forms import CheckForm
from huiyin.neighbourhood.models import SiteCheck
from huiyin.neighbourhood.site_checks import Looked, check_on_site
from huiyin.office.problems import NotFound, Problem


@at_desk
@require_http_methods(["GET", "POST"])
def verify(request: DeskRequest, number: str) -> HttpResponse:
    """Look on site whether a finding is mended, and close it or send it back."""
    case = case_for(number, by=request.user)
    if case.kind != "patrol":
        raise NotFound(_("Only what a patrol found is looked at on site."))
    if request.method != "POST":
        return _shown(request, case, CheckForm())
    form = CheckForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, case, form, status=400)
    said = form.cleaned_data
    try:
        looked = Looked(said["solved"] == "yes", said["photo"], said["words"], form.point())
        check_on_site(case.number, looked, by=request.user, at=timezone.now())
    except Problem as problem:
        form.add_error(None, str(problem))
        return _shown(request, case, form, status=problem.status)
    tell(request, _("Your look on site is noted."))
    return redirect("patrols:home")


def _shown(request: DeskRequest, case: Case, form: CheckForm, *, status: int = 200) -> HttpResponse:
    turn = current_round(case)
    facts = {
        "case": case,
        "reply": turn.reply if turn else "",
        "form": form,
        "checks": SiteCheck.objects.filter(case=case).order_by("at"),
        "files": case.attachments.order_by("added_at"),
    }
    return page(request, "patrols/verify", facts, status=status)
