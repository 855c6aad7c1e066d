"""What the doctor found: one sentence each, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    # The city works; somebody should see to it before it does not.
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    # Stable, for programs; `label` has the word for people.
    about: str
    sentence: str
    remedy: str = ""


def fine(about: str, sentence: str) -> Finding:
    """All is well with it."""
    return Finding(Level.OK, about, sentence)


def doubt(about: str, sentence: str, remedy: str) -> Finding:
    """It should be seen to."""
    return Finding(Level.WARNING, about, sentence, remedy)


def fault(about: str, sentence: str, remedy: str) -> Finding:
    """It is wrong."""
    return Finding(Level.WRONG, about, sentence, remedy)


def label(about: str) -> str:
    """The word for people of what was looked at."""
    return {
        "attachments": _("attachments"),
        "calendar": _("calendar"),
        "characters": _("characters"),
        "clock": _("clock"),
        "database": _("database"),
        "embedded database": _("embedded database"),
        "fonts and scripts": _("fonts and scripts"),
        "home": _("home"),
        "hotline": _("hotline"),
        "jobs": _("jobs"),
        "keys": _("keys"),
        "residents' data": _("residents' data"),
        "rights": _("rights"),
        "seals": _("seals"),
        "space": _("space"),
        "tables": _("tables"),
        "time limits": _("time limits"),
        "translations": _("translations"),
        "worker": _("worker"),
    }[about]
