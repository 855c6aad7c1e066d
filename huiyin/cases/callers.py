"""Finding a caller's cases by the phone number they name, for the hotline only.

The number is compared as its keyed digest, so nobody's data is opened. That a case belongs to
a number is personal data all the same: every case found is written in the access log.
"""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.access import may_know_person, visible_cases
from huiyin.cases.models import Case
from huiyin.cases.residents import phone_index
from huiyin.cases.rules import HOTLINE_POSTS
from huiyin.departments.access import reach_of, seat_of, units_within
from huiyin.departments.models import Official
from huiyin.logbook.actions import record_accesses
from huiyin.office.problems import NotAllowed, WrongInput

# Shorter rows of digits are no number that somebody can be called back at.
LEAST_DIGITS = 7
MOST = 50


@transaction.atomic
def cases_by_phone(phone: str, *, by: Official, at: datetime) -> list[Case]:
    """The cases taken in where this official works for the hotline, the latest first."""
    if not reach_of(by).paths(HOTLINE_POSTS):
        raise NotAllowed(_("Only the hotline finds cases by a phone number; ask it there."))
    if len(re.sub(r"\D", "", phone)) < LEAST_DIGITS:
        raise WrongInput(
            _("Write the whole phone number, at least %(least)d digits.") % {"least": LEAST_DIGITS}
        )
    taken_in = visible_cases(by).filter(intake_unit__in=units_within(by, HOTLINE_POSTS))
    rows = taken_in.filter(resident__phone_index=phone_index(phone)).defer("text")
    rows = rows.select_related("unit", "intake_unit", "category", "place")
    # Sorted here: asked to sort, the planner may walk all cases by their day instead.
    known = [case for case in rows[:MOST] if may_know_person(case, by=by)]
    why = _("Found by the phone number that a caller named.")
    seats = {case.number: seat_of(by, case.intake_unit, posts=HOTLINE_POSTS) for case in known}
    record_accesses(seats, by=by, at=at, why=why)
    return sorted(known, key=lambda case: (case.received_at, case.pk), reverse=True)
