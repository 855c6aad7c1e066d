"""Putting a standard text into the form of a step without script: by way of the draft."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.cases.access import case_for
from huiyin.desk.aids.on_case import INSERTED
from huiyin.desk.case_detail import steps_of
from huiyin.desk.comforts.drafting import typed_in
from huiyin.desk.doors import DeskRequest, at_desk, tell
from huiyin.office.problems import WrongInput
from huiyin.replies.drafts import keep_draft
from huiyin.replies.standard_texts import fill, text_for


@at_desk
@require_POST
def insert_text(request: DeskRequest, number: str, step: str) -> HttpResponse:
    """Put a standard text into the form of a step, filled in from the case."""
    case, by, now = case_for(number, by=request.user), request.user, timezone.now()
    typed = typed_in(request, step)
    into, chosen = request.POST.get("into", ""), request.POST.get("standard_text", "")
    if not chosen.isdigit():
        raise WrongInput(_("Choose a standard text from the list first."))
    if into not in typed:
        raise WrongInput(_("Choose the field that the text goes to."))
    text = text_for(int(chosen), by=by)
    words = fill(text.body, case, by=by, at=now)
    typed[into] = "\n".join(part for part in (typed[into].rstrip(), words) if part)
    used = [pk for pk in typed.get(INSERTED, "").split(",") if pk.isdigit()]
    typed[INSERTED] = ",".join(dict.fromkeys([*used, chosen]))
    keep_draft(case, step, typed, by=by, at=now, is_open=step in steps_of(case, by=by))
    tell(request, _("The text “%(title)s” was put in.") % {"title": text.title})
    return redirect(f"{reverse('desk:case_detail', args=[case.number])}?step={step}#step")
