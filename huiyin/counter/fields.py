"""Fields for what residents write: words as they were typed, and several files at once."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from huiyin.cases.files.attachments import MOST_AT_ONCE

# U+FFFD stands where bytes were no UTF-8: a page sent in GBK, for instance.
UNREADABLE = ("\x00", "\ufffd")


class WordsField(forms.CharField):
    """Text of people: line ends made equal, unreadable characters refused in a sentence."""

    default_error_messages: ClassVar = {
        "required": _("Please fill this in."),
        "unreadable": _("The text holds characters that did not arrive whole; type it anew."),
        "too_long": _(
            "The text has %(count)d characters; at most %(most)d fit. "
            "Take away %(over)d, or attach the rest as a file."
        ),
        "too_long_line": _(
            "This has %(count)d characters; at most %(most)d fit. Take away %(over)d."
        ),
    }

    def __init__(self, *, most: int, owed: bool = False, **more: Any) -> None:
        super().__init__(**more)
        # Never `maxlength`: with it a browser cuts what is pasted in and tells nobody.
        self.most, self.widget.attrs["data-most"] = most, most
        # Not required of everybody, and yet not to be marked as optional.
        self.owed = owed
        self.is_long = isinstance(self.widget, forms.Textarea)
        if self.is_long:
            self.widget.attrs |= {
                "data-behaviour": "count",
                "data-fits": _("{count} of at most {most} characters"),
                "data-over": _("{over} characters too many: at most {most} fit"),
            }

    def to_python(self, value: Any) -> str:
        """Make the line ends equal, as the browser counts them."""
        text = str(super().to_python(value) or "")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def run_validators(self, value: str) -> None:
        """Refuse what cannot be kept."""
        if any(sign in value for sign in UNREADABLE):
            raise forms.ValidationError(self.error_messages["unreadable"], code="unreadable")
        if len(value) > self.most:
            count = len(value)
            raise forms.ValidationError(
                self.error_messages["too_long" if self.is_long else "too_long_line"],
                code="too_long",
                params={"count": count, "most": self.most, "over": count - self.most},
            )
        super().run_validators(value)


class OneChoice(forms.RadioSelect):
    """Buttons of which one is pressed; two pressed are not taken for the last of them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Give the one answer, or what no choice is called."""
        return ", ".join(data.getlist(name))


class OneOfField(forms.ChoiceField):
    """One choice of several, all of them in sight."""

    default_error_messages: ClassVar = {
        "required": _("Choose one."),
        "invalid_choice": _("Choose one, and only one, from the list."),
    }
    widget = OneChoice

    def __init__(self, *, owed: bool = False, **more: Any) -> None:
        self.owed = owed
        super().__init__(**more)


class SeveralFilesInput(forms.FileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Photos and documents; their content is checked where they are kept."""

    widget = SeveralFilesInput

    def __init__(self, *, owed: bool = False, **more: Any) -> None:
        self.owed = owed
        more.setdefault("label", _("Photos or documents"))
        more.setdefault(
            "help_text",
            format_lazy(
                _(
                    "Up to {most} photos (JPEG, PNG, WebP) or PDF documents. "
                    "Where a photo was taken is removed from it."
                ),
                most=MOST_AT_ONCE,
            ),
        )
        super().__init__(required=False, **more)
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp,application/pdf"

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Give the files as a list; empty ones get their sentence where files are kept."""
        return [file for file in data or [] if file]
