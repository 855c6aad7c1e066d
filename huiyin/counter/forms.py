"""The forms of the resident: ask, follow, add, rate, ask again, withdraw."""

import re
import uuid
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case, Channel, RequestKind, Satisfaction
from huiyin.cases.numbers import tidy_number
from huiyin.cases.opening import TEXT_LENGTH, Wish
from huiyin.cases.residents import ResidentData
from huiyin.counter.fields import OneOfField, SeveralFilesField, WordsField
from huiyin.followup.saying import Said, has_unit
from huiyin.intake.actions import Addition
from huiyin.places.queries import is_outside

KIND_WORDS = {
    RequestKind.CONSULTATION: _("Consultation: I want to know something"),
    RequestKind.HELP: _("Help: something must be repaired or done"),
    RequestKind.COMPLAINT: _("Complaint: something or somebody does harm"),
    RequestKind.REPORT: _("Report: somebody breaks the law"),
    RequestKind.SUGGESTION: _("Suggestion: something could be better"),
    RequestKind.THANKS: _("Thanks: somebody did well"),
}
PHONE = re.compile(r"[\d\s+()\-—]{5,30}")
# What to do with a position that lies in none of the city's places.
KEEP, DROP = "keep", "drop"


class CounterForm(forms.Form):
    """A form whose wrong fields are named and whose second sending is known by its key."""

    required_css_class = "required"
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def own_key(self) -> uuid.UUID:
        """The key that came with this form; one that came without gets one that fits no other."""
        key: uuid.UUID = self.cleaned_data["form_key"] or uuid.uuid4()
        return key

    def key_for(self, *words: object) -> uuid.UUID:
        """The key of this form with these words in it.

        Sent twice, it is the same; sent once more with other words, as after going back, it
        is another, so that what was written anew is not taken for what is here already.
        """
        return uuid.uuid5(self.own_key(), "\n".join(str(word) for word in words))


class AskForm(CounterForm):
    """What somebody asks of the city."""

    kind = OneOfField(label=_("What is it?"), choices=list(KIND_WORDS.items()))
    what = WordsField(
        label=_("What is the matter?"),
        help_text=_("What happened, since when, and what should be done. Leave out passwords."),
        most=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    # Not `autocomplete="off"`: with it a browser forgets the place when somebody goes back.
    where = WordsField(
        label=_("Where?"),
        help_text=_("Street and number, or what stands beside it."),
        most=300,
        required=False,
        widget=forms.TextInput,
    )
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    outside = OneOfField(
        label=_("Your position lies outside the city. Is that meant?"),
        choices=[
            (KEEP, _("Yes, it is there: take the request in, marked as outside the city")),
            (DROP, _("No: leave the position out; the place I described counts")),
        ],
        required=False,
        owed=True,
    )
    photos = SeveralFilesField()
    name = WordsField(
        label=_("Your name"),
        most=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = WordsField(
        label=_("Telephone"),
        most=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = WordsField(
        label=_("E-mail"),
        most=120,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        validators=[EmailValidator(_("Write the e-mail as name@place.cn, or leave it empty."))],
    )
    confidential = forms.BooleanField(
        label=_("Keep my details confidential"),
        help_text=_("The unit in charge then sees the matter, but not who asked."),
        required=False,
    )

    def clean_phone(self) -> str:
        """A number somebody can call."""
        phone = str(self.cleaned_data["phone"])
        if phone and not PHONE.fullmatch(phone):
            raise forms.ValidationError(
                _("Write the telephone number in digits, or leave it empty.")
            )
        return phone

    def clean(self) -> dict[str, Any]:
        """Say in one sentence that a position is no position, or ask whether it is meant."""
        if {"longitude", "latitude"} & set(self.errors):
            for name in ("longitude", "latitude"):
                self.errors.pop(name, None)
            self.add_error("where", _("The position could not be read; describe the place here."))
        elif self.is_elsewhere() and not self.cleaned_data.get("outside"):
            self.add_error("outside", _("Choose whether the position is meant."))
        return self.cleaned_data

    def is_elsewhere(self) -> bool:
        """Whether the position lies on the globe, but in none of the city's places."""
        said = self.cleaned_data if self.is_bound else {}
        longitude, latitude = said.get("longitude"), said.get("latitude")
        if longitude is None or latitude is None:
            return False
        return abs(longitude) <= 180 and abs(latitude) <= 90 and is_outside(longitude, latitude)

    def wish(self) -> Wish:
        """What was asked, as the intake takes it."""
        said = self.cleaned_data
        dropped = said["outside"] == DROP
        # Photos are no part of the key: chosen again after going back, they join their request.
        told = [word for name, word in said.items() if name not in {"form_key", "photos"}]
        return Wish(
            text=said["what"],
            request_kind=said["kind"],
            channel=Channel.WEB,
            address=said["where"],
            longitude=None if dropped else said["longitude"],
            latitude=None if dropped else said["latitude"],
            is_confidential=said["confidential"],
            resident=ResidentData(name=said["name"], phone=said["phone"], email=said["email"]),
            form_key=self.key_for(*told),
        )


class FollowForm(forms.Form):
    """Number and secret, as they stand on the receipt."""

    number = WordsField(
        label=_("Number"),
        help_text=_("For example HY260930-0001234; capitals and hyphens do not matter."),
        most=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = WordsField(
        label=_("Secret"),
        help_text=_("The twelve letters and digits below the number on the receipt."),
        most=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def tidy(self) -> tuple[str, str]:
        """The number as we write it (empty where it cannot be one) and the secret as typed."""
        return tidy_number(self.cleaned_data["number"]) or "", self.cleaned_data["secret"]


class AddForm(CounterForm):
    """More facts, more photos."""

    words = WordsField(
        label=_("What do you want to add?"),
        help_text=_("Write words, or choose photos, or both."),
        most=TEXT_LENGTH,
        required=False,
        owed=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photos = SeveralFilesField(owed=True)

    def addition(self) -> Addition:
        """What is added, as the intake takes it."""
        said = self.cleaned_data
        key = self.key_for(said["words"])
        return Addition(words=said["words"], files=said["photos"], form_key=key)


class RateForm(forms.Form):
    """In touch, solved, satisfied: asked apart, because one may be true without the others."""

    contacted = OneOfField(
        label=_("Did the unit get in touch with you?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        required=False,
    )
    solved = OneOfField(
        label=_("Is it solved?"), choices=[("yes", _("Yes, solved")), ("no", _("No, not solved"))]
    )
    satisfied = OneOfField(label=_("How was it handled?"), choices=Satisfaction.choices)
    remark = WordsField(
        label=_("What should we know?"),
        help_text=_("If it is not solved, this is needed: write what is still missing."),
        most=2000,
        required=False,
        owed=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, case: Case | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        # By a link all is asked; where no unit was sent, nobody had to be in touch.
        if case is not None and has_unit(case):
            self.fields["contacted"].required = True
        elif case is not None:
            del self.fields["contacted"]

    def said(self) -> Said:
        """What the resident says, as the follow-up takes it."""
        said = self.cleaned_data
        return Said(
            reached=True,
            contacted={"yes": True, "no": False}.get(said.get("contacted", "")),
            solved=said["solved"] == "yes",
            satisfied=said["satisfied"],
            remark=said["remark"],
        )


class ReasonForm(forms.Form):
    """Why something is wanted: asking again, or withdrawing."""

    reason = WordsField(label=_("Why?"), most=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def words(self) -> str:
        """The reason as it was written."""
        return str(self.cleaned_data["reason"])


def typed_words(form: forms.Form) -> list[tuple[str, str]]:
    """What somebody typed and chose in a form: the label of each field, and words, never codes."""
    said = [(field, form.cleaned_data.get(field.name)) for field in form.visible_fields()]
    return [
        (str(field.label), str(dict(getattr(field.field, "choices", ())).get(value, value)))
        for field, value in said
        if value and isinstance(value, str)
    ]
