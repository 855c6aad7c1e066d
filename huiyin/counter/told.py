"""What the city told a resident about a request, and whether text messages are wanted."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.counter.doors import SeeOther, for_forms, for_holder
from huiyin.notices.actions import decline_messages, want_messages
from huiyin.notices.queries import has_declined, notices_to_resident, said

MOST = 20


def told_about(case: Case) -> dict[str, Any]:
    """The latest notices to the resident, and what may be chosen about text messages."""
    sends = bool(settings.SMS_GATEWAY_URL) and case.resident_id is not None
    return {
        "told": said(list(notices_to_resident(case.number)[:MOST]), to_resident=True),
        "sends_messages": sends,
        "has_declined": sends and has_declined(case.number),
    }


@for_forms
@for_holder
def text_messages(request: HttpRequest, case: Case) -> HttpResponse:
    """Want text messages about this request, or want no more of them."""
    if request.POST.get("wanted") == "yes":
        want_messages(case.number)
        done = _("You get text messages about this request.")
    else:
        decline_messages(case.number, at=timezone.now())
        done = _("You get no more text messages about this request.")
    messages.success(request, done)
    return SeeOther(reverse("counter:follow_case", args=[case.number]))
