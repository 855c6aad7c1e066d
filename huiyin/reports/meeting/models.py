"""The review meeting of a month: the units' own words, the cases to discuss, the decisions."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.reports.meeting import rules

OFFICIAL = settings.AUTH_USER_MODEL


class Reason(models.TextChoices):
    """Why a case was proposed for the meeting; the words come from `rules`."""

    LONGEST_OVERDUE = rules.Reason.LONGEST_OVERDUE, _("longest overdue")
    PROBLEM = rules.Reason.PROBLEM, _("problem case")
    MOST_MERGED = rules.Reason.MOST_MERGED, _("most voices")
    REOPENED = rules.Reason.REOPENED, _("most often reopened")
    PUSHED = rules.Reason.PUSHED, _("most often given back")
    CHOSEN = rules.Reason.CHOSEN, _("chosen by hand")


class Meeting(models.Model):
    """The review meeting of one city about one month."""

    city = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    # The first day of the month that is looked at.
    month = models.DateField()
    held_at = models.DateTimeField()
    hand_in_by = models.DateTimeField()
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    # From here on neither the units' words nor the agenda change.
    locked_at = models.DateTimeField(null=True)
    locked_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    # The moment of which the figures are told, once the meeting is locked.
    as_of = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["city", "month"], name="meeting_once_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.city_id}: {self.month:%Y-%m}"


class BriefWords(models.Model):
    """What a unit says of its own month; the figures beside it are not its to write."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="briefs")
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    highlights = models.TextField(blank=True)
    problems = models.TextField(blank=True)
    suggestions = models.TextField(blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "unit"], name="brief_words_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.unit_id}"


class AgendaCase(models.Model):
    """A case that the meeting discusses, chosen by a person, with the reason."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="cases")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    # A count that goes with the reason: days, voices, rounds, returns.
    count = models.PositiveIntegerField(default=0)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    # Taken off the agenda again; what stood there is not forgotten.
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "case"], name="agenda_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.case_id}"


class Decision(models.Model):
    """What the meeting decided: it is a case, with the unit that owns it and the day it is due."""

    append_only = True

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    case: Any = models.OneToOneField("cases.Case", models.PROTECT, related_name="decision")
    # The case that was discussed, where there was one.
    about = models.ForeignKey(AgendaCase, models.PROTECT, null=True, related_name="decisions")
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    text = models.TextField()
    due_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.case_id}"
