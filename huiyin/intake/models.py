"""Beside the requests: marks on a caller's number, and matters made public with who follows them.

A mark names nobody: it hangs on the keyed digest of a phone number, expires by itself, and
never keeps a request out.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.intake import rules


class MarkGround(models.TextChoices):
    """Why calls from a number are marked."""

    INSULTS = rules.MarkGround.INSULTS, _("insults or threats")
    BLOCKING = rules.MarkGround.BLOCKING, _("keeps the line busy without a request")
    FALSE_ALARMS = rules.MarkGround.FALSE_ALARMS, _("false alarms, knowingly")


class MarkState(models.TextChoices):
    """How a mark stands."""

    FILED = rules.MarkState.FILED, _("waits for a ruling")
    GRANTED = rules.MarkState.GRANTED, _("in force")
    REFUSED = rules.MarkState.REFUSED, _("refused")
    OBJECTED = rules.MarkState.OBJECTED, _("in force, objected to")
    LIFTED = rules.MarkState.LIFTED, _("lifted")


class CallerMark(models.Model):
    """A paper that says that calls from a number were abusive (滋扰标记)."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="caller_marks")
    phone_index = models.BinaryField(db_index=True)
    ground = models.CharField(max_length=20, choices=MarkGround)
    words = models.TextField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    until = models.DateField()
    state = models.CharField(max_length=12, choices=MarkState)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True)
    ruling_words = models.TextField(blank=True)
    objection = models.TextField(blank=True)
    objected_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "filed_at"], name="mark_queue")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.ground}"


class PublicMatter(models.Model):
    """A case that everybody may follow, in words which the hotline wrote (公开诉求)."""

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="public_matter")
    title = models.CharField(max_length=120)
    summary = models.TextField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-opened_at"], name="public_matter_latest")]

    def __str__(self) -> str:
        return self.title


class Follower(models.Model):
    """Somebody who follows a public matter: a code and nothing about a person."""

    matter = models.ForeignKey(PublicMatter, models.PROTECT, related_name="followers")
    code = models.CharField(max_length=12, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.matter_id)
