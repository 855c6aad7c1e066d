"""What somebody was told: one row for each unit, official or resident, never twice the same."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.departments.models import Post


class Audience(models.TextChoices):
    """To whom a notice is told."""

    RESIDENT = "resident", _("resident")
    UNIT = "unit", _("unit")
    OFFICIAL = "official", _("official")


class Outward(models.TextChoices):
    """How far a notice to a resident is on its way out of the house."""

    NONE = "", _("not sent outward")
    WAITING = "waiting", _("waiting")
    QUEUED = "queued", _("being sent")
    SENT = "sent", _("sent as a text message")
    UNWANTED = "unwanted", _("no mobile number, or not wanted")
    FAILED = "failed", _("failed")


class Notice(models.Model):
    """One thing that one reader is told: a code and facts, turned into words when read."""

    # Begins with the reader, so that the same thing can be told to several, once to each.
    key = models.CharField(max_length=200, unique=True)
    code = models.CharField(max_length=40)
    # The number of a case, or another key: what the notice is about.
    about = models.CharField(max_length=60)
    audience = models.CharField(max_length=10, choices=Audience)
    unit = models.ForeignKey(
        "departments.Unit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Which post of the unit reads it.
    post = models.CharField(max_length=20, choices=Post, blank=True)
    official = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    facts: Any = models.JSONField(default=dict)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    outward = models.CharField(max_length=10, choices=Outward, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_has_one_reader",
                condition=models.Q(audience="unit", unit__isnull=False, official=None)
                & ~models.Q(post="")
                | models.Q(audience="official", unit=None, post="", official__isnull=False)
                | models.Q(audience="resident", unit=None, post="", official=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "post"],
                name="notice_unseen_unit",
                condition=models.Q(audience="unit", seen_at=None),
            ),
            models.Index(
                fields=["official"],
                name="notice_unseen_official",
                condition=models.Q(audience="official", seen_at=None),
            ),
            models.Index(fields=["unit", "post", "-at", "-id"], name="notice_unit"),
            models.Index(
                fields=["official", "-at", "-id"],
                name="notice_official",
                condition=models.Q(audience="official"),
            ),
            models.Index(
                fields=["about", "-at", "-id"],
                name="notice_resident",
                condition=models.Q(audience="resident"),
            ),
            models.Index(
                fields=["id"], name="notice_waiting", condition=models.Q(outward="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.about}"


class Sending(models.Model):
    """How a notice fared on its way to a mobile phone; holds neither number nor text."""

    notice = models.OneToOneField(Notice, models.PROTECT, related_name="sending")
    tries = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()
    # What the gateway answered last: an HTTP status, or nothing where it did not answer.
    answer = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.tries}"


class Declined(models.Model):
    """A case whose resident wants no messages."""

    about = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "declined"

    def __str__(self) -> str:
        return self.about
