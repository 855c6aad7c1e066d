"""The form of a call: what came of it, three questions asked apart, and the judgement."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case, Satisfaction
from huiyin.departments.models import Official
from huiyin.desk.step_forms import YES_NO, StepForm, UnitForm, Way, chosen_unit
from huiyin.followup.actions import close_case, note_call_back, refuse_round, reopen_case
from huiyin.followup.judging import Refusal
from huiyin.followup.models import Ground, Result
from huiyin.followup.saying import Said

ANSWERS = {"yes": True, "no": False}
REACHED = (
    ("yes", _("Yes")),
    ("no", _("No answer")),
    (Result.LATER.value, Result.LATER.label),
    (Result.WRONG_NUMBER.value, Result.WRONG_NUMBER.label),
    (Result.REFUSED.value, Result.REFUSED.label),
)


class AskedForm(StepForm):
    """What came of asking a resident once."""

    owed = frozenset({"contacted", "solved", "satisfied", "remark"})

    reached = forms.ChoiceField(
        label=_("Was the resident reached?"),
        choices=REACHED,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    later_at = forms.DateTimeField(
        label=_("When does the resident want to be called?"),
        help_text=_("Only if the resident asked to be called later."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        required=False,
    )
    contacted = forms.ChoiceField(
        label=_("Was the unit in charge in touch with the resident?"),
        help_text=_("Ask this if the resident was reached."),
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
    )
    solved = forms.ChoiceField(
        label=_("Was it solved?"),
        help_text=_("Ask this if the resident was reached."),
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
    )
    satisfied = forms.ChoiceField(
        label=_("How satisfied is the resident?"),
        help_text=_("Ask this if the resident was reached."),
        choices=Satisfaction.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    remark = forms.CharField(
        label=_("What the resident said"),
        help_text=_("If it is not solved, write down what is not; the unit reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )

    def said(self) -> Said:
        """What the resident said, as the follow-up keeps it."""
        answers = self.cleaned_data
        reached = answers["reached"]
        result = {"yes": Result.REACHED, "no": Result.NO_ANSWER}.get(reached, reached)
        return Said(
            reached=reached == "yes",
            contacted=ANSWERS.get(answers["contacted"]),
            solved=ANSWERS.get(answers["solved"]),
            satisfied=answers["satisfied"],
            remark=answers["remark"],
            result="" if reached == "yes" else str(result),
            later_at=answers["later_at"],
        )


class CallBackForm(AskedForm, UnitForm):
    """A call, and where it leads: closed, into the next round, or judged not reasonable."""

    field_order = [
        *("seen", "reached", "later_at", "contacted", "solved", "satisfied", "remark"),
        *("unit", "ground", "judgement"),
    ]

    ground = forms.ChoiceField(
        label=_("Why no further round"),
        help_text=_("Only if it is not solved and another round is not reasonable."),
        choices=[("", _("Choose one")), *Ground.choices],
        required=False,
    )
    judgement = forms.CharField(
        label=_("Why no further round, in words"),
        help_text=_("The resident reads this; say how to go on."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = _("Unit for a next round")
        self.fields["unit"].help_text = _("Leave it empty to send it to the same unit again.")

    def refusal(self) -> Refusal:
        """The judgement that another round is not reasonable."""
        words = self.cleaned_data
        return Refusal(words["ground"], words["judgement"])


def _note(number: str, form: Any, by: Official, at: datetime) -> object:
    return note_call_back(number, form.said(), by=by, at=at)


def _close(number: str, form: Any, by: Official, at: datetime) -> Case:
    return close_case(number, form.said(), by=by, at=at)


def _reopen(number: str, form: Any, by: Official, at: datetime) -> Case:
    return reopen_case(number, form.said(), by=by, at=at, unit=chosen_unit(form))


def _refuse(number: str, form: Any, by: Official, at: datetime) -> Case:
    return refuse_round(number, form.said(), form.refusal(), by=by, at=at)


CALL_BACK_WAYS: dict[str, Way] = {
    "note_call_back": Way(CallBackForm, _note),
    "close": Way(CallBackForm, _close),
    "reopen": Way(CallBackForm, _reopen),
    "refuse_round": Way(CallBackForm, _refuse),
}
