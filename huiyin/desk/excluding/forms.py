"""What is written on the papers on what counts; what each owes is decided by its act."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.counting.exclusions.grounds import Ground
from huiyin.counting.exclusions.models import CountingPaper
from huiyin.counting.exclusions.rules import Count, PaperKind
from huiyin.departments.models import Unit
from huiyin.desk.choices import ChoiceOf, unit_choices
from huiyin.desk.supervising.forms import PaperForm, SeveralFiles, words_area


def unit_named(form: forms.Form) -> Unit | None:
    """The unit that was chosen, if one was."""
    chosen = form.cleaned_data.get("unit")
    return Unit.objects.get(pk=int(chosen)) if chosen else None


def _unit_field(label: str, hint: str, initial: str = "") -> ChoiceOf:
    field = ChoiceOf(unit_choices(), empty=_("Choose a unit"), label=label, required=False)
    field.help_text, field.initial = hint, initial
    return field


class AskForm(PaperForm):
    """Ground, words and evidence; for an appeal also which unit should be judged instead."""

    ground = forms.ChoiceField(label=gettext_lazy("Ground"), widget=forms.RadioSelect)
    words = words_area(
        gettext_lazy("Reason"),
        gettext_lazy("What the evidence shows. Name no resident."),
    )
    evidence = forms.Field(
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("Photos or PDF; needed where the ground says so."),
        widget=SeveralFiles,
        required=False,
    )

    def __init__(self, *args: Any, kind: str, grounds: list[Ground], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(ground.code, _said(ground)) for ground in grounds]
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]
        asked = {"required": _("Choose the ground from the list.")}
        self.fields["ground"].error_messages |= asked
        if kind == PaperKind.APPEAL:
            hint = _("Only where the wrong unit is judged.")
            self.fields["unit"] = _unit_field(_("Unit that should be judged"), hint)
            self.order_fields(["ground", "unit", "words", "evidence"])


class RuleForm(PaperForm):
    """Granted or refused, and why."""

    ruling = forms.ChoiceField(
        label=gettext_lazy("Ruling"),
        choices=[("grant", gettext_lazy("Grant")), ("refuse", gettext_lazy("Refuse"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it is granted.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Needed for a refusal; the unit reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        required=False,
    )

    def __init__(self, *args: Any, paper: CountingPaper | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if paper is None or paper.kind != PaperKind.APPEAL or paper.ground != Count.UNIT:
            return
        proposed = str(getattr(paper, "proposed_id", "") or "")
        hint = _("The unit that asked names this one; you may name another.")
        self.fields["unit"] = _unit_field(_("Unit that should be judged"), hint, proposed)


class ManyForm(RuleForm):
    """One ruling on all ticked papers."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)


class LookForm(PaperForm):
    """What the third person found."""

    found = forms.ChoiceField(
        label=gettext_lazy("What did you find?"),
        choices=[
            ("stands", gettext_lazy("It stands")),
            ("annulled", gettext_lazy("It should not have been granted: annul it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what you found.")},
    )
    words = words_area(gettext_lazy("In words"), gettext_lazy("The unit reads this."), rows=3)


def _said(ground: Ground) -> str:
    proof = _("with evidence") if ground.needs_evidence else _("evidence where there is any")
    return _("%(ground)s (%(proof)s; %(source)s)") % {
        "ground": ground,
        "proof": proof,
        "source": ground.from_where,
    }
