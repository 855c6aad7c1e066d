"""Internal notes at the desk."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from huiyin.cases.access import case_for
from huiyin.desk.case_detail import case_page
from huiyin.desk.doors import DeskRequest, at_desk
from huiyin.office.problems import WrongInput
from huiyin.replies.notes import write_note


@at_desk
@require_POST
def add_note(request: DeskRequest, number: str) -> HttpResponse:
    """Write an internal note on a case; colleagues named with @ are told."""
    case, words = case_for(number, by=request.user), request.POST.get("note", "")
    corrects = request.POST.get("corrects", "")
    wrong = int(corrects) if corrects.isdigit() else None
    try:
        write_note(case.number, words, by=request.user, at=timezone.now(), corrects=wrong)
    except WrongInput as problem:
        facts: dict[str, Any] = {
            "note_problem": str(problem),
            "note_words": words,
            "note_corrects": wrong,
        }
        return case_page(request, case, status=problem.status, **facts)
    return redirect(f"{case.get_absolute_url()}#notes")
