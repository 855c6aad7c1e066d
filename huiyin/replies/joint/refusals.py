"""A called unit that will not come says why, and the district above both rules on it.

Until the ruling the duty stands and its clock goes on; a duty that was confirmed is not
refused a second time.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.locks import locked_case
from huiyin.cases.models import Application, ApplicationState
from huiyin.cases.papers.applications import Plea, Verdict, file_application, settle
from huiyin.cases.parts import check_under_way, excuse_part, part_for
from huiyin.cases.rules import ApplicationKind
from huiyin.departments.models import Official
from huiyin.office.problems import NotPossible


@transaction.atomic
def refuse_part(
    number: str, part_id: int, ground: str, words: str, *, by: Official, at: datetime
) -> Application:
    """Say in writing why a part is not this unit's; it stays the unit's until the ruling."""
    case = locked_case(number)
    part = part_for(part_id, by=by, case=case)
    check_under_way(part, case)
    if was_confirmed(part.pk):
        raise NotPossible(_("It was ruled already that this part is your unit's; please act."))
    plea = Plea(ApplicationKind.PART_REFUSAL, ground, words, part=part)
    return file_application(number, plea, by=by, at=at)


@transaction.atomic
def rule_on_refusal(
    application_id: int, verdict: Verdict, *, by: Official, at: datetime
) -> Application:
    """Excuse the unit from its part, or confirm its duty; both sides are told."""
    application = settle(application_id, verdict, by=by, at=at)
    part = application.part
    if part is not None and application.state == ApplicationState.GRANTED:
        part.case = application.case
        excuse_part(part, by=by, at=at)
    return application


def was_confirmed(part_id: int) -> bool:
    """Whether a refusal of this part was ruled on and the duty stands."""
    refused = Application.objects.filter(part=part_id, state=ApplicationState.REFUSED)
    return refused.exists()
