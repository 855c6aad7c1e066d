"""What is written on the pages of supervision; what each paper owes is decided by its act."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.departments.models import Official
from huiyin.inspection.models import Judged, Measure, Rung
from huiyin.inspection.rules import is_higher

FILES = "image/jpeg,image/png,image/webp,application/pdf"
DAY_AND_HOUR = "%Y-%m-%dT%H:%M"


class SeveralFiles(forms.FileInput):
    """One field that takes several files; the act reads them from the request."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": FILES, "multiple": True})


def words_area(label: Any, hint: Any = "", *, rows: int = 4, most: int = 4000) -> forms.CharField:
    """A text of several lines; what is missing in it is said by the act."""
    widget = forms.Textarea(attrs={"rows": rows})
    field = forms.CharField(
        label=label, help_text=hint, widget=widget, max_length=most, required=False
    )
    field.owed = True  # type: ignore[attr-defined]
    return field


class PaperForm(forms.Form):
    """A form whose page says itself what is missing."""

    use_required_attribute = False


class AnswerForm(PaperForm):
    """The unit's answer."""

    words = words_area(
        _("Answer to the supervisor"),
        _("What was done, what is still to be done, and by when."),
    )
    evidence = forms.Field(label=_("Evidence"), widget=SeveralFiles, required=False)


class JudgeForm(PaperForm):
    """The supervisor's judgement."""

    judged = forms.ChoiceField(
        label=_("Is the answer enough?"),
        choices=[
            (Judged.ACCEPTED, _("Yes: it is accepted")),
            (Judged.INSUFFICIENT, _("No: the next rung opens")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the answer is enough.")},
    )
    words = forms.CharField(
        label=_("In words"),
        help_text=_("Needed where it is not enough: the unit reads what is missing."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        required=False,
    )


class SuperviseForm(PaperForm):
    """A measure opened by hand."""

    rung = forms.ChoiceField(label=_("Rung"), choices=Rung.choices)
    reason = words_area(_("Reason"), _("The unit reads this."))

    def __init__(self, *args: Any, known: Measure | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known is not None:
            higher = [choice for choice in Rung.choices if is_higher(choice[0], known.rung)]
            self.fields["rung"].choices = higher  # type: ignore[attr-defined]


class StageForm(PaperForm):
    """A stage report."""

    words = words_area(
        _("How far the case is"),
        _("For the hotline: what was done, what hinders, what comes next."),
    )
    for_resident = words_area(
        _("For the resident, in one or two sentences"),
        _("The resident reads this; at most 200 characters, and no names of other people."),
        rows=2,
        most=200,
    )
    evidence = forms.Field(label=_("Photos or documents"), widget=SeveralFiles, required=False)


class DoneForm(PaperForm):
    """A milestone reported done."""

    note = words_area(_("What was done"), rows=2)
    evidence = forms.Field(label=_("Evidence"), widget=SeveralFiles, required=False)


class PromiseForm(PaperForm):
    """A further milestone."""

    what = forms.CharField(label=_("Milestone"), max_length=200, required=False)
    due_at = forms.DateTimeField(
        label=_("To be done by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=DAY_AND_HOUR),
    )


class ReviewForm(PaperForm):
    """A look at a parked matter."""

    words = words_area(_("How the matter stands"), rows=3)


class OwnerForm(PaperForm):
    """Who keeps a parked matter in mind."""

    owner = forms.ChoiceField(label=_("Owner"))

    def __init__(self, *args: Any, officials: Iterable[Official], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officials = {str(official.pk): official for official in officials}
        choices = [(key, official.name) for key, official in self.officials.items()]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> Official:
        """The official who was chosen."""
        return self.officials[self.cleaned_data["owner"]]


class RecheckForm(PaperForm):
    """A look whether a closed matter came back."""

    found = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[
            ("holds", _("Still solved")),
            ("back", _("It came back: a new case is opened")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what you found.")},
    )
    words = words_area(
        _("In words"),
        _("If it came back, this is the text of the new case: name nobody."),
        most=2000,
    )
