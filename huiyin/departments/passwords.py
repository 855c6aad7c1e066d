"""What a password must be: Django's own rules, told politely and with what to do."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


class LongEnough(password_validation.MinimumLengthValidator):
    """Short passwords are guessed."""

    def get_error_message(self) -> str:
        """Say how long it must be."""
        sentence = _("The password is too short: choose one of at least %(least)d characters.")
        return sentence % {"least": self.min_length}

    def get_help_text(self) -> str:
        """Say it before anybody types."""
        return _("At least %(least)d characters.") % {"least": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    """The passwords that everybody takes are tried first."""

    def get_error_message(self) -> str:
        """Ask for another."""
        return _("This password is too common: choose one that others do not use.")

    def get_help_text(self) -> str:
        """Say it before anybody types."""
        return _("Not a password that many people use.")
