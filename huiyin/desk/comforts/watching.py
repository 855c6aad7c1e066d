"""Watching a case at the desk."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.cases.access import case_for
from huiyin.desk.doors import DeskRequest, at_desk, tell
from huiyin.replies.watching import stop_watching, watch_case


@at_desk
@require_POST
def watch(request: DeskRequest, number: str) -> HttpResponse:
    """Begin to watch a case, or stop."""
    case = case_for(number, by=request.user)
    if request.POST.get("watched") == "no":
        stop_watching(case, by=request.user)
        tell(request, _("You no longer watch this case."))
    else:
        watch_case(case.number, by=request.user, at=timezone.now())
        tell(request, _("You watch this case: you are told of each of its steps."))
    return redirect(case.get_absolute_url())
