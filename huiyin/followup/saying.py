"""What came of asking a resident: three questions asked apart, or why nobody was reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from huiyin.cases.access import Actor
from huiyin.cases.models import Case, Satisfaction
from huiyin.cases.rules import KINDS
from huiyin.departments.models import Official, Post
from huiyin.followup.models import Result
from huiyin.followup.rules import Plan
from huiyin.office.problems import WrongInput

# Kinds of cases whose residents the hotline's callers ask; a patrol looks again by itself.
CALLED = tuple(name for name, kind in KINDS.items() if Post.CALLER in kind.verified_by)


@dataclass(frozen=True)
class Said:
    """What came of one attempt; contacted, solved and satisfied are asked apart."""

    reached: bool
    solved: bool | None = None
    satisfied: str = ""
    remark: str = ""
    contacted: bool | None = None
    # Why nobody was reached, and when the resident wants to be called.
    result: str = ""
    later_at: datetime | None = None

    @property
    def outcome(self) -> str:
        """What came of the attempt, in one word."""
        if self.reached:
            return Result.REACHED
        return self.result or Result.NO_ANSWER


def check_said(said: Said, case: Case, *, by: Actor) -> None:
    """Refuse what is half asked."""
    if not said.reached:
        if (said.result and said.result not in Result.values) or said.result == Result.REACHED:
            raise WrongInput(_("Choose what came of the attempt."))
        return
    if said.solved is None or said.satisfied not in Satisfaction.values:
        raise WrongInput(_("Ask both: whether it was solved, and how satisfied the resident is."))
    if said.contacted is None and isinstance(by, Official) and has_unit(case):
        raise WrongInput(_("Ask too whether the unit in charge was in touch with the resident."))
    if said.solved is False and not said.remark.strip():
        raise WrongInput(_("Write down what is not solved, so that the unit knows."))


def check_later(said: Said, plan: Plan, *, at: datetime) -> None:
    """Refuse a call put off to no hour, to one that is over, or to one too far away."""
    if said.outcome != Result.LATER:
        return
    if said.later_at is None or not at < said.later_at <= at + timedelta(days=plan.later_days):
        raise WrongInput(
            _("Give the hour at which the resident wants to be called, within %(days)d days.")
            % {"days": plan.later_days}
        )


def has_unit(case: Case) -> bool:
    """Whether a unit had to be in touch: none had where the hotline answered, or a patrol asked."""
    return case.unit_id is not None and is_called(case)


def is_called(case: Case) -> bool:
    """Whether the hotline's callers ask about cases of this kind."""
    return case.kind in CALLED
