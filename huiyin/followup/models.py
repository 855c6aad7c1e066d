"""Calls back to residents: each attempt, and what was said."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case, Satisfaction
from huiyin.followup import rules


class Via(models.TextChoices):
    """How the resident was asked."""

    PHONE = rules.Via.PHONE, _("phone")
    WEB = rules.Via.WEB, _("web page")


class CallBack(models.Model):
    """One attempt to ask a resident whether it was solved and whether they are satisfied."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="call_backs")
    round_number = models.PositiveSmallIntegerField()
    via = models.CharField(max_length=10, choices=Via)
    at = models.DateTimeField()
    # None where the resident answered by the receipt, without an official.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reached = models.BooleanField()
    solved = models.BooleanField(null=True)
    satisfied = models.CharField(max_length=20, choices=Satisfaction, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "round_number"], name="call_back_round"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}"
