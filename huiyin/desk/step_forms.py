"""The small form of each step on a case page: what it asks, and the act it leads to.

A form only asks; whether the step can be taken, and what it owes, is decided by the act.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case
from huiyin.departments.models import Official, Unit
from huiyin.desk.choices import ChoiceOf, category_field, chosen_category, unit_choices
from huiyin.dispatch.actions import dispatch_case
from huiyin.followup.actions import Said, ask_again, reopen_case
from huiyin.intake.actions import (
    Addition,
    add_to_case,
    answer_at_once,
    take_up_again,
    withdraw_case,
)
from huiyin.replies.actions import accept_case, answer_case, tell_resident

Act = Callable[[str, Any, Official, datetime], object]
YES_NO = (("yes", _("Yes")), ("no", _("No")))


class StepForm(forms.Form):
    """A form of one step; `seen` is how long the logbook was when the page was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    use_required_attribute = False
    # What the act asks for, always or in the case that the hint names: not marked as optional.
    owed: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.owed:
            self.fields[name].owed = True  # type: ignore[attr-defined]


class NothingForm(StepForm):
    """A step that needs no papers."""


class UnitForm(StepForm):
    """Which unit must act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = ChoiceOf(
            unit_choices(), empty=str(_("Choose a unit")), label=_("Unit in charge")
        )
        self.fields["unit"].required = False


class DispatchForm(UnitForm):
    """Which unit must act, and what the case is about where nobody has said so yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].owed = True  # type: ignore[attr-defined]
        self.fields["category"] = category_field()


class ReasonForm(StepForm):
    """Why, in writing."""

    owed = frozenset({"reason"})
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The next person reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )


class ReopenForm(UnitForm, ReasonForm):
    """Why a closed case goes back into work, and to which unit."""

    field_order = ["seen", "reason", "unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].help_text = _("Leave it empty to send it to the same unit again.")


class ReplyForm(StepForm):
    """The answer, which the resident reads too."""

    owed = frozenset({"reply"})
    reply = forms.CharField(
        label=_("Answer"),
        help_text=_("The hotline and the resident read this."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=5000,
    )


class ToldForm(StepForm):
    """What the resident was told."""

    owed = frozenset({"resident_told"})
    resident_told = forms.CharField(
        label=_("What the resident was told"),
        help_text=_("When and how you reached the resident, and what you said."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )


class AnswerForm(ToldForm, ReplyForm):
    """Both feedbacks: to the resident and to the hotline."""

    field_order = ["seen", "resident_told", "reply", "without_parts"]
    owed = frozenset({"resident_told", "reply"})
    # Only on the page of a case in which other units still have a part.
    without_parts = forms.CharField(
        label=_("Why the answer does not wait for the open parts"),
        help_text=_("Units that have not reported back are released from their part."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resident_told"].help_text = _(
            "When and how you reached the resident, and what you said. "
            "Leave it empty if that was written down before."
        )


class AddForm(StepForm):
    """What the resident adds when they call again."""

    owed = frozenset({"words"})
    words = forms.CharField(
        label=_("What the resident adds"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=5000,
    )


@dataclass(frozen=True)
class Way:
    """One step: the form that asks for its papers, and the act that takes it."""

    form: type[StepForm]
    act: Act


def chosen_unit(form: Any) -> Unit | None:
    """The unit chosen in a form, if one was."""
    chosen = form.cleaned_data["unit"]
    return Unit.objects.get(pk=int(chosen)) if chosen else None


def _dispatch(number: str, form: Any, by: Official, at: datetime) -> Case:
    category = chosen_category(form)
    return dispatch_case(number, chosen_unit(form), by=by, at=at, category=category)


def _accept(number: str, _form: Any, by: Official, at: datetime) -> Case:
    return accept_case(number, by=by, at=at)


def _answer(number: str, form: Any, by: Official, at: datetime) -> Case:
    words = form.cleaned_data
    return answer_case(
        number,
        words["reply"],
        by=by,
        at=at,
        resident_told=words["resident_told"],
        without_parts=words["without_parts"],
    )


def _reopen_closed(number: str, form: Any, by: Official, at: datetime) -> Case:
    said = Said(reached=False, remark=form.cleaned_data["reason"])
    return reopen_case(number, said, by=by, at=at, unit=chosen_unit(form))


def _add(number: str, form: Any, by: Official, at: datetime) -> Case:
    return add_to_case(number, Addition(words=form.cleaned_data["words"]), by=by, at=at)


def way_with(act: Callable[..., object], word: str) -> Act:
    """Let an act take the one field of a form that it needs."""
    return lambda number, form, by, at: act(number, form.cleaned_data[word], by=by, at=at)


WAYS: dict[str, Way] = {
    "dispatch": Way(DispatchForm, _dispatch),
    "answer_at_once": Way(ReplyForm, way_with(answer_at_once, "reply")),
    "accept": Way(NothingForm, _accept),
    "tell_resident": Way(ToldForm, way_with(tell_resident, "resident_told")),
    "answer": Way(AnswerForm, _answer),
    "answer_directly": Way(AnswerForm, _answer),
    "add_words": Way(AddForm, _add),
    "ask_again": Way(ReasonForm, way_with(ask_again, "reason")),
    "reopen_closed": Way(ReopenForm, _reopen_closed),
    "withdraw": Way(ReasonForm, way_with(withdraw_case, "reason")),
    "take_up_again": Way(ReasonForm, way_with(take_up_again, "reason")),
}
