"""Measures of supervision, what caused them, the ledger of parked matters, rechecks, reports."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Application, Attachment, Case
from huiyin.inspection import rules


class Rung(models.TextChoices):
    """A rung of the supervision ladder."""

    REMIND = rules.Rung.REMIND, _("reminder")
    SUPERVISE = rules.Rung.SUPERVISE, _("supervision")
    INTERVIEW = rules.Rung.INTERVIEW, _("interview")
    LISTED = rules.Rung.LISTED, _("listed supervision")
    MEETING = rules.Rung.MEETING, _("review meeting")


class Trigger(models.TextChoices):
    """Why a unit is put under supervision."""

    REFUSED = rules.Trigger.REFUSED, _("refused without ground")
    OVERDUE = rules.Trigger.OVERDUE, _("overdue")
    UNSOLVED = rules.Trigger.UNSOLVED, _("unsolved though solvable")
    REPEATED = rules.Trigger.REPEATED, _("reported again and again")
    FALSE_CLOSING = rules.Trigger.FALSE_CLOSING, _("closed falsely")
    PROBLEM = rules.Trigger.PROBLEM, _("problem case")
    BY_HAND = rules.Trigger.BY_HAND, _("a supervisor's own reason")


class Judged(models.TextChoices):
    """What a supervisor says of a unit's answer."""

    ACCEPTED = rules.Judged.ACCEPTED, _("answer accepted")
    INSUFFICIENT = rules.Judged.INSUFFICIENT, _("answer not sufficient")


class Ending(models.TextChoices):
    """How a measure came to its end."""

    ACCEPTED = rules.Ending.ACCEPTED, _("ended: the answer was accepted")
    CLIMBED = rules.Ending.CLIMBED, _("went on to the next rung")
    LAPSED = rules.Ending.LAPSED, _("ended with the case")


OFFICIAL = settings.AUTH_USER_MODEL


class RungRule(models.Model):
    """The city's own days for a rung, in place of the shipped ones."""

    rung = models.CharField(max_length=12, choices=Rung, unique=True)
    answer_days = models.PositiveSmallIntegerField()
    climb_days = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.rung


class TriggerRule(models.Model):
    """The city's own rule for a trigger, in place of the shipped one."""

    trigger = models.CharField(max_length=16, choices=Trigger, unique=True)
    opens = models.CharField(max_length=12, choices=Rung)
    times = models.PositiveSmallIntegerField(default=1)
    is_on = models.BooleanField(default=True)
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.trigger


class Measure(models.Model):
    """One step of supervision on one case: asked of a unit, answered, judged."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="measures")
    round_number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    rung = models.CharField(max_length=12, choices=Rung)
    trigger = models.CharField(max_length=16, choices=Trigger)
    # The measure that was not enough; one measure is followed by one at most.
    after = models.OneToOneField("self", models.PROTECT, null=True, related_name="followed_by")
    reason = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    # None where the system opened it.
    opened_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    answer_due = models.DateTimeField()
    # When the next rung opens by itself, if the unit does not answer.
    climb_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    judged = models.CharField(max_length=12, choices=Judged, blank=True)
    judged_words = models.TextField(blank=True)
    judged_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(closed_at=None), name="measure_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, ending="")
                | models.Q(closed_at__isnull=False) & ~models.Q(ending=""),
                name="measure_ends_somehow",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["answer_due"],
                name="measure_owed",
                condition=models.Q(closed_at=None, answered_at=None),
            ),
            models.Index(
                fields=["climb_at"],
                name="measure_climbs",
                condition=models.Q(closed_at=None, answered_at=None),
            ),
            models.Index(
                fields=["rung", "answer_due"],
                name="measure_open",
                condition=models.Q(closed_at=None),
            ),
            models.Index(fields=["unit", "opened_at"], name="measure_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.rung}"


class Cause(models.Model):
    """One occasion for supervision, counted once: what happened, and which measure it led to."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    trigger = models.CharField(max_length=16, choices=Trigger)
    # What makes this occasion another than the last one: a moment, a round, a paper.
    mark = models.CharField(max_length=60)
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, related_name="causes")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "trigger", "mark"], name="cause_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.trigger}"


class LedgerRow(models.Model):
    """A parked matter (挂账): who owns it, until when, what is done on the way."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="ledger_rows")
    round_number = models.PositiveSmallIntegerField()
    # None for a case that was brought in parked.
    application = models.OneToOneField(
        Application, models.PROTECT, null=True, related_name="ledger_row"
    )
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    owner = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=40, blank=True)
    words = models.TextField(blank=True)
    parked_at = models.DateTimeField()
    until = models.DateTimeField()
    review_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # The step that took the case out of the ledger.
    closed_by_step = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(closed_at=None), name="ledger_open_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["review_at"], name="ledger_review", condition=models.Q(closed_at=None)
            ),
            models.Index(fields=["until"], name="ledger_until", condition=models.Q(closed_at=None)),
            models.Index(fields=["unit", "parked_at"], name="ledger_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.parked_at:%Y-%m-%d}"

    @property
    def was_in_time(self) -> bool | None:
        """Whether it left the ledger by the promised day; None while it stands there."""
        return None if self.closed_at is None else self.closed_at <= self.until


class Milestone(models.Model):
    """A step on the way out of the ledger, with its day."""

    row = models.ForeignKey(LedgerRow, models.PROTECT, related_name="milestones")
    what = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    note = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    # Needed no more: the matter left the ledger.
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="milestone_open",
                condition=models.Q(done_at=None, dropped_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.what


class Review(models.Model):
    """One look at a parked matter: what was found, and when it is looked at next."""

    row = models.ForeignKey(LedgerRow, models.PROTECT, related_name="reviews")
    at = models.DateTimeField()
    by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    words = models.TextField()
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.row_id}: {self.at:%Y-%m-%d}"


class Found(models.TextChoices):
    """What a recheck found."""

    HOLDS = "holds", _("still solved")
    BACK = "back", _("came back")
    LAPSED = "lapsed", _("the case was taken up again before")


class Recheck(models.Model):
    """A look, some time after the closing, whether a matter came back (防反弹)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="rechecks")
    round_number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    found = models.CharField(max_length=10, choices=Found, blank=True)
    words = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    new_case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(done_at=None), name="recheck_open_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="recheck_due", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.due_at:%Y-%m-%d}"


class StageReport(models.Model):
    """How far a long case is (阶段性报告): for the hotline, and in a sentence for the resident."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="stage_reports")
    round_number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    words = models.TextField()
    for_resident = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "at"], name="stage_report_case")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.at:%Y-%m-%d}"


class Evidence(models.Model):
    """A file of the case that proves an answer, a milestone or a report."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, related_name="files")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="files")
    report = models.ForeignKey(StageReport, models.PROTECT, null=True, related_name="files")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(measure__isnull=False, milestone=None, report=None)
                | models.Q(measure=None, milestone__isnull=False, report=None)
                | models.Q(measure=None, milestone=None, report__isnull=False),
                name="evidence_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.attachment_id)


class Walk(models.Model):
    """Up to which moment people were reminded: the next walk begins there."""

    name = models.CharField(max_length=20, unique=True)
    upto = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.upto:%Y-%m-%d %H:%M}"
