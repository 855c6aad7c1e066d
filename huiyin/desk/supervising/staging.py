"""The page on which a unit files a stage report."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.cases.access import case_for
from huiyin.desk.doors import DeskRequest, at_desk, page, tell
from huiyin.desk.supervising.forms import StageForm
from huiyin.inspection.stage_reports import Stage, file_stage_report, may_report_stage
from huiyin.office.problems import NotAllowed, Problem


@at_desk
@require_http_methods(["GET", "POST"])
def stage_report(request: DeskRequest, number: str) -> HttpResponse:
    """File a stage report on a long case; its resident is told how far it is."""
    case, form, status = case_for(number, by=request.user), StageForm(request.POST or None), 200
    if request.method == "GET" and not may_report_stage(case, by=request.user):
        raise NotAllowed(_("Only an officer of the unit in charge files a stage report."))
    if request.method == "POST":
        status = 400
        if form.is_valid():
            said, files = form.cleaned_data, request.FILES.getlist("evidence")
            stage = Stage(said["words"], said["for_resident"], files)
            try:
                file_stage_report(case.number, stage, by=request.user, at=timezone.now())
            except NotAllowed:
                raise
            except Problem as problem:
                form.add_error(None, str(problem))
                status = problem.status
            else:
                tell(request, _("The report is filed, and the resident is told how far it is."))
                return redirect(f"{case.get_absolute_url()}#supervision")
    facts = {"case": case, "form": form}
    return page(request, "supervising/stage_report", facts, status=status)
