"""Papers on what counts, what they were granted, their evidence, and many rulings at once.

A paper never changes what happened or what a resident said. An exclusion is in force for its
call-back from `granted_at` until `annulled_at`; so is a correction for its round.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case
from huiyin.counting.exclusions import rules
from huiyin.followup.models import CallBack

OFFICIAL = settings.AUTH_USER_MODEL


class PaperKind(models.TextChoices):
    """What is asked for."""

    EXCLUSION = rules.PaperKind.EXCLUSION, _("exclusion")
    APPEAL = rules.PaperKind.APPEAL, _("appeal")


class StateSaid(models.TextChoices):
    """How a paper stands."""

    OPEN = rules.State.OPEN, _("waits for a ruling")
    GRANTED = rules.State.GRANTED, _("granted")
    REFUSED = rules.State.REFUSED, _("refused")
    LAPSED = rules.State.LAPSED, _("lapsed")
    TAKEN_BACK = rules.State.TAKEN_BACK, _("taken back")


class Found(models.TextChoices):
    """What a re-check found."""

    STANDS = rules.Found.STANDS, _("stands")
    ANNULLED = rules.Found.ANNULLED, _("annulled")


class Count(models.TextChoices):
    """What an appeal says was counted wrongly."""

    UNIT = rules.Count.UNIT, _("the unit that is judged")
    CONTACTED = rules.Count.CONTACTED, _("contacted")
    ON_TIME = rules.Count.ON_TIME, _("on time")
    REASONABLE = rules.Count.REASONABLE, _("judged reasonable")


class CountingPaper(models.Model):
    """What a unit asks for about one round, the ruling on it, and the re-check of the ruling."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    round_number = models.PositiveSmallIntegerField()
    # The unit that is judged by the round, and asks.
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    ground = models.CharField(max_length=40)
    words = models.TextField()
    # Since when it counts: the days for asking run from here.
    counted_at = models.DateTimeField()
    asked_by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    rule_by = models.DateTimeField()
    state = models.CharField(max_length=12, choices=StateSaid)
    # None too where nobody ruled in time; then `ended_at` says when it lapsed.
    ruled_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField(null=True)
    ruling_words = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    # In force from the one until the other.
    granted_at = models.DateTimeField(null=True)
    annulled_at = models.DateTimeField(null=True)
    # The lot that was drawn when it was granted, and below which it had to lie, of 10,000.
    lot = models.PositiveSmallIntegerField(null=True)
    parts = models.PositiveSmallIntegerField(null=True)
    # By when it is to be looked at again; None where the lot did not fall on it.
    recheck_by = models.DateTimeField(null=True)
    rechecked_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    rechecked_at = models.DateTimeField(null=True)
    recheck_found = models.CharField(max_length=10, choices=Found, blank=True)
    recheck_words = models.TextField(blank=True)

    kind: ClassVar[rules.PaperKind]

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="granted", granted_at__isnull=False)
                | (~models.Q(state="granted") & models.Q(granted_at=None)),
                name="%(class)s_in_force_when_granted",
            ),
            models.CheckConstraint(
                condition=models.Q(annulled_at=None) | models.Q(granted_at__isnull=False),
                name="%(class)s_annulled_when_granted",
            ),
            # Whoever asked rules on nothing, and whoever ruled looks at nothing again.
            models.CheckConstraint(
                condition=models.Q(ruled_by=None) | ~models.Q(ruled_by=models.F("asked_by")),
                name="%(class)s_ruled_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(rechecked_by=None)
                | ~models.Q(rechecked_by=models.F("asked_by"))
                & ~models.Q(rechecked_by=models.F("ruled_by")),
                name="%(class)s_rechecked_by_third",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "round_number"], name="%(class)s_round"),
            models.Index(fields=["unit", "asked_at"], name="%(class)s_of_unit"),
            models.Index(fields=["counted_at"], name="%(class)s_counted"),
            models.Index(
                fields=["rule_by"], name="%(class)s_open", condition=models.Q(state="open")
            ),
            models.Index(
                fields=["recheck_by"],
                name="%(class)s_recheck",
                condition=models.Q(recheck_by__isnull=False, rechecked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}: {self.ground}"


class Exclusion(CountingPaper):
    """A call-back that a unit wants left out of the count (剔除)."""

    kind = rules.PaperKind.EXCLUSION
    # The call-back that is left out: the last one of the round that reached the resident.
    call_back = models.ForeignKey(CallBack, models.PROTECT, related_name="+")

    class Meta(CountingPaper.Meta):
        constraints: ClassVar = [
            *CountingPaper.Meta.constraints,
            # Once for each call-back, unless nobody ruled on the one before.
            models.UniqueConstraint(
                fields=["call_back"],
                condition=~models.Q(state__in=["lapsed", "taken_back"]),
                name="exclusion_once",
            ),
        ]


class Appeal(CountingPaper):
    """A unit says that a round was counted wrongly (申诉); `ground` says what of it."""

    kind = rules.PaperKind.APPEAL
    # Which unit should be judged instead, where the wrong one was.
    proposed = models.ForeignKey("departments.Unit", models.PROTECT, null=True, related_name="+")

    class Meta(CountingPaper.Meta):
        constraints: ClassVar = [
            *CountingPaper.Meta.constraints,
            models.UniqueConstraint(
                fields=["case", "round_number", "unit", "ground"],
                condition=~models.Q(state__in=["lapsed", "taken_back"]),
                name="appeal_once",
            ),
        ]


class Correction(models.Model):
    """What counts otherwise than the facts of a round say, because an appeal was granted.

    `count` says what: for `unit` the unit `to_unit` is judged instead of `unit`; for the
    others `value` stands in place of what the round says.
    """

    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="correction")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    round_number = models.PositiveSmallIntegerField()
    count = models.CharField(max_length=12, choices=Count)
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, related_name="+")
    value = models.BooleanField(null=True)
    ground = models.CharField(max_length=40)
    granted_by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    annulled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(count="unit", to_unit__isnull=False, value=None)
                | ~models.Q(count="unit") & models.Q(to_unit=None, value__isnull=False),
                name="correction_says_one_thing",
            ),
            # Two corrections of one count would contradict each other.
            models.UniqueConstraint(
                fields=["case", "round_number", "count"],
                condition=models.Q(annulled_at=None),
                name="correction_in_force_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "round_number"], name="correction_round"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}: {self.count}"


class PaperFile(models.Model):
    """A file that proves a paper, kept under its digest; it belongs to the paper, not the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    exclusion = models.ForeignKey(Exclusion, models.PROTECT, null=True, related_name="files")
    appeal = models.ForeignKey(Appeal, models.PROTECT, null=True, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(exclusion__isnull=False, appeal=None)
                | models.Q(exclusion=None, appeal__isnull=False),
                name="paper_file_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RulingRun(models.Model):
    """One press that ruled on many papers; the key of the form makes a second press find it."""

    key = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12, choices=PaperKind)
    by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_granted = models.BooleanField()
    words = models.TextField()
    # What came of each paper: its key, the case's number, whether it is done, the sentence.
    outcomes: Any = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.key)
