"""What the page of a case shows while its dispatch is open: suggestions, and what units said."""

from typing import Any

from django.utils import timezone

from huiyin.cases.models import Case
from huiyin.desk.dispatch_desk.consultations import asked_about
from huiyin.dispatch.suggesting import suggest_units


def dispatch_of(case: Case, *, step: str) -> dict[str, Any]:
    """The facts for `dispatch/_suggestions.html`; nothing while another step is open."""
    if step != "dispatch":
        return {}
    return {
        "suggestions": suggest_units(case, at=timezone.now()),
        "asked": asked_about(case),
    }
