"""The lists of duties at the desk: read, handed out as a sheet, taken in from one."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.departments.models import UnitLevel
from huiyin.desk.dispatch_desk.versions import ADMINISTRATORS, SheetForm, file_of
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.dispatch.duty_sheet import duty_sheet, replace_duties
from huiyin.dispatch.models import Duty
from huiyin.office.problems import Problem

ROWS = 50


@at_desk
@for_posts(ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def duties(request: DeskRequest) -> HttpResponse:
    """Show the lists of duties; a sheet takes the place of all of them."""
    if request.method == "GET":
        return _shown(request, SheetForm())
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form, status=400)
    try:
        file = form.cleaned_data["file"].file
        count = replace_duties(file, by=request.user, at=timezone.now())
    except Problem as problem:
        form.add_error("file", str(problem))
        return _shown(request, form, status=problem.status)
    tell(request, _("%(count)d duties were taken in.") % {"count": count})
    return redirect("dispatch:duties")


@at_desk
@for_posts(ADMINISTRATORS)
@require_GET
def sheet(_request: DeskRequest) -> HttpResponse:
    """Hand out all lists of duties as an XLSX sheet."""
    return file_of(duty_sheet(), "duties.xlsx")


def _shown(request: DeskRequest, form: SheetForm, *, status: int = 200) -> HttpResponse:
    rows = Duty.objects.select_related("unit", "category")
    ordered = rows.order_by("unit_level", "unit__sort_key", "category__sort_key", "pk")
    shown = Paginator(ordered, ROWS).get_page(request.GET.get("page"))
    levels = dict(UnitLevel.choices)
    facts = {
        "form": form,
        "shown": shown,
        "rows": [
            {"duty": duty, "who": str(duty.unit or levels[duty.unit_level])} for duty in shown
        ],
    }
    return page(request, "dispatch/duties", facts, status=status)
