"""What a case page shows beside the forms of redirecting and merging, and of its many voices."""

from typing import Any

from django.conf import settings

from huiyin.cases.models import Case, SpecialRoute
from huiyin.cases.papers.explaining import EMERGENCY_NUMBERS, HAND_OVER, OWED
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post
from huiyin.desk.papers.on_case import alike
from huiyin.dispatch.repeats import earlier_cases
from huiyin.intake.marks import FILES


def voices_of(case: Case, *, step: str, by: Official) -> dict[str, Any]:
    """The facts that a case page needs for one open form; nothing where none is open."""
    answers = any(holds(by, post, case.intake_unit) for post in FILES)
    facts: dict[str, Any] = {
        "opens_voices": holds(by, Post.DISPATCHER, case.intake_unit),
        "may_mark": answers and case.resident_id is not None,
        "may_publish": answers and settings.PUBLIC_MATTERS,
    }
    if step == "redirect":
        facts |= {**emergency(), "owed": owed_words(), "earlier": earlier_cases(case, by=by)}
    if step == "merge":
        facts["alike"] = alike(case, by=by)
    return facts


def emergency() -> dict[str, Any]:
    """Whom a person in danger is handed over to, and how."""
    return {"emergency_numbers": EMERGENCY_NUMBERS, "hand_over": HAND_OVER}


def owed_words() -> list[tuple[str, str, str]]:
    """Each of the six ways with its name and the words to start from."""
    return [(route, str(SpecialRoute(route).label), str(words)) for route, words in OWED.items()]
