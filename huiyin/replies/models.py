"""A clerk's shorter day: standard texts, drafts, handlers, watches, notes, bulk steps."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.replies.joint.models import Assessment, CalledUnit, Whistle

__all__ = [
    "Assessment",
    "BulkRow",
    "BulkRun",
    "CalledUnit",
    "Draft",
    "Handler",
    "Note",
    "StandardText",
    "TextVersion",
    "Watch",
    "Whistle",
]


class StandardText(models.Model):
    """A text that is written often (常用语), of a unit or of one official."""

    unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    title = models.CharField(_("title"), max_length=60)
    body = models.TextField(_("text"))
    version = models.PositiveIntegerField(default=1)
    used = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="standard_text_of_one",
                condition=Q(unit=None, owner__isnull=False) | Q(unit__isnull=False, owner=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TextVersion(models.Model):
    """A standard text as somebody left it."""

    append_only = True

    text = models.ForeignKey(StandardText, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=60)
    body = models.TextField()
    is_retired = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["text", "number"], name="text_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Draft(models.Model):
    """What an official has typed into the form of a step and not sent; theirs alone."""

    official = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    step = models.CharField(max_length=40)
    words: Any = models.JSONField(default=dict)
    kept_at = models.DateTimeField(db_index=True)
    # How the case stood: a draft for a case that has moved on is shown, and no longer filled in.
    # None where the step was closed already when the words arrived.
    case_moved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["official", "case", "step"], name="draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.official_id}: {self.case_id} {self.step}"


class Handler(models.Model):
    """Who works a unit's part in a case (经办人), from when until when."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="handlers")
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    official = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "unit"], name="handler_one_a_part", condition=Q(until=None)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["official"], name="handler_now", condition=Q(until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.unit_id}: {self.official_id}"


class Watch(models.Model):
    """An official who wants to know of every step of a case (关注)."""

    official = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="watches")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "official"], name="watch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.official_id}: {self.case_id}"


class Note(models.Model):
    """What officials write to each other about a case (内部备注); never the resident's to read."""

    append_only = True

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    words = models.TextField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    mentions: Any = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.at:%Y-%m-%d %H:%M}"


class BulkRun(models.Model):
    """One step taken with many cases by one press; its key makes a second press find it."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    act = models.CharField(max_length=20)
    papers: Any = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.key)


class BulkRow(models.Model):
    """What came of one case of a bulk step, and why."""

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="rows")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=40)
    is_done = models.BooleanField(null=True)
    sentence = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="bulk_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"
