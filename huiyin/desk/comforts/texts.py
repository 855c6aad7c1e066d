"""The pages of the standard texts: the list, one text with its versions, taking it out of use."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from huiyin.departments.models import Official, Unit
from huiyin.desk.choices import QuickSelect
from huiyin.desk.doors import DeskRequest, at_desk, for_posts, page, tell
from huiyin.office.problems import WrongInput
from huiyin.replies.models import StandardText
from huiyin.replies.rules import LONGEST_TEXT, VARIABLES
from huiyin.replies.standard_texts import (
    WRITERS,
    Wording,
    change_text,
    may_change,
    retire_text,
    text_for,
    texts_for,
    units_written_for,
    write_text,
)

MOST_SHOWN = 200


class TextForm(forms.Form):
    """What a standard text says."""

    use_required_attribute = False
    title = forms.CharField(label=gettext_lazy("Title"), max_length=60)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Variables in braces are filled in from the case."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST_TEXT,
    )

    def wording(self) -> Wording:
        """The text as it is to be kept."""
        return Wording(self.cleaned_data["title"], self.cleaned_data["body"])


class NewTextForm(TextForm):
    """A new text, and whose it is."""

    unit = forms.ChoiceField(label=gettext_lazy("Whose text"), required=False, widget=QuickSelect)

    def __init__(self, *args: Any, by: Official, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units_written_for(by)}
        named = [(pk, str(unit)) for pk, unit in self.units.items()]
        self.fields["unit"].choices = [("", _("Only mine")), *named]  # type: ignore[attr-defined]

    def chosen_unit(self) -> Unit | None:
        """The unit that shares the text, if it is not the official's own."""
        return self.units.get(self.cleaned_data["unit"])


class ChangedTextForm(TextForm):
    """A text as it is to be from now on; `version` is the one that was changed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@at_desk
@for_posts(WRITERS)
def standard_texts(request: DeskRequest) -> HttpResponse:
    """Show the texts an official may use, and write a new one."""
    by = request.user
    form = NewTextForm(request.POST if request.method == "POST" else None, by=by)
    if request.method != "POST":
        return _list(request, form)
    if form.is_valid():
        try:
            text = write_text(form.wording(), by=by, at=timezone.now(), unit=form.chosen_unit())
        except WrongInput as problem:
            form.add_error("body", str(problem))
        else:
            tell(request, _("The text “%(title)s” was kept.") % {"title": text.title})
            return redirect("desk:standard_texts")
    return _list(request, form, status=400)


@at_desk
@for_posts(WRITERS)
def standard_text(request: DeskRequest, text: int) -> HttpResponse:
    """Show one text with its versions, and change it."""
    row = text_for(text, by=request.user)
    if request.method != "POST":
        given = {"title": row.title, "body": row.body, "version": row.version}
        return _one(request, row, ChangedTextForm(initial=given))
    form = ChangedTextForm(request.POST)
    if form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            change_text(row.pk, form.wording(), seen=seen, by=request.user, at=timezone.now())
        except WrongInput as problem:
            form.add_error("body", str(problem))
        else:
            tell(request, _("The text was changed."))
            return redirect("desk:standard_text", text=row.pk)
    return _one(request, row, form, status=400)


@at_desk
@for_posts(WRITERS)
@require_POST
def retire(request: DeskRequest, text: int) -> HttpResponse:
    """Take a text out of use."""
    retire_text(text, by=request.user, at=timezone.now())
    tell(request, _("The text is no longer offered."))
    return redirect("desk:standard_texts")


def _list(request: DeskRequest, form: NewTextForm, *, status: int = 200) -> HttpResponse:
    texts = list(texts_for(request.user)[:MOST_SHOWN])
    facts = {"form": form, "texts": texts, "variables": VARIABLES}
    return page(request, "comforts/standard_texts", facts, status=status)


def _one(
    request: DeskRequest, text: StandardText, form: ChangedTextForm, *, status: int = 200
) -> HttpResponse:
    facts = {
        "text": text,
        "form": form,
        "may_change": may_change(text, by=request.user),
        "versions": text.versions.select_related("by").order_by("-number"),
        "variables": VARIABLES,
    }
    return page(request, "comforts/standard_text", facts, status=status)
