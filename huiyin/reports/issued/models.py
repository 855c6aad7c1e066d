"""Issued reports as they were, by which plan they are issued, who reads them, and each mail."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.reports.issued import rules

OFFICIAL = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    """How long a report looks back; the words come from `rules`."""

    DAY = rules.Kind.DAY, _("daily report")
    WEEK = rules.Kind.WEEK, _("weekly report")
    MONTH = rules.Kind.MONTH, _("monthly report")


class Stage(models.TextChoices):
    """How far a mail is; the words come from `rules`."""

    WAITING = rules.Stage.WAITING, _("waits to be sent")
    QUEUED = rules.Stage.QUEUED, _("is being sent")
    LEAVING = rules.Stage.LEAVING, _("is being handed over")
    SENT = rules.Stage.SENT, _("sent")
    FAILED = rules.Stage.FAILED, _("could not be sent")
    UNCLEAR = rules.Stage.UNCLEAR, _("not known whether it arrived")
    UNWANTED = rules.Stage.UNWANTED, _("no longer wanted")


class ReportPlan(models.Model):
    """When a city issues which reports, and which matters they watch apart; never changed."""

    append_only = True

    city = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    text = models.TextField()
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["city", "-id"], name="report_plan_latest")]

    def __str__(self) -> str:
        return f"{self.city_id}/{self.pk}"


class IssuedReport(models.Model):
    """A report as it was issued. `number` 0 is the first issue, those above are corrections."""

    append_only = True

    city = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    # The window by its name and its counting days, both included.
    name = models.CharField(max_length=60)
    first = models.DateField()
    last = models.DateField()
    number = models.PositiveSmallIntegerField(default=0)
    as_of = models.DateTimeField()
    contents = models.TextField()
    # Of exactly the text above.
    digest = models.CharField(max_length=64)
    caliber_code = models.CharField(max_length=60)
    caliber_digest = models.CharField(max_length=64)
    plan = models.ForeignKey(ReportPlan, models.PROTECT, related_name="reports")
    # Of a correction: why, how much it changed, and the first of that as [path, old, new].
    reason = models.TextField(blank=True)
    changed: Any = models.JSONField(default=list)
    changes = models.PositiveIntegerField(default=0)
    issued_at = models.DateTimeField()
    # None for the system by its plan.
    issued_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["city", "kind", "first", "number"], name="report_issued_once"
            ),
            models.CheckConstraint(
                condition=Q(number=0, reason="") | (Q(number__gt=0) & ~Q(reason="")),
                name="report_correction_has_its_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["city", "kind", "-first", "-number"], name="report_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} #{self.number}"


class ReportReader(models.Model):
    """Somebody who gets reports by mail; need not be an official of the city."""

    city = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    address = models.EmailField(_("mail address"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    kinds: Any = models.JSONField(default=list)
    formats: Any = models.JSONField(default=list)
    # The units of which the mail itself speaks; the whole city where there are none.
    units: Any = models.ManyToManyField("departments.Unit", related_name="+", blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # None where the reader ended it.
    ended_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["city", "address"], condition=Q(ended_at=None), name="report_reader_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReportMail(models.Model):
    """One report to one reader: sent once, or never."""

    report = models.ForeignKey(IssuedReport, models.PROTECT, related_name="mails")
    reader = models.ForeignKey(ReportReader, models.PROTECT, related_name="mails")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()
    # What the mail server answered to the last try: a number and no words.
    answer = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "reader"], name="report_mailed_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["last_at"],
                condition=Q(stage__in=["waiting", "queued", "leaving"]),
                name="report_mail_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} → {self.reader_id}: {self.stage}"
