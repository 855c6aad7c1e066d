"""Calls back to residents: who is asked, each attempt, what was said, and what was judged."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Case, Satisfaction
from huiyin.followup import rules

OFFICIAL = settings.AUTH_USER_MODEL


class Via(models.TextChoices):
    """How the resident was asked."""

    PHONE = rules.Via.PHONE, _("phone")
    WEB = rules.Via.WEB, _("web page")
    SMS = rules.Via.SMS, _("link in a text message")


class Result(models.TextChoices):
    """What came of one attempt."""

    REACHED = rules.Result.REACHED, _("reached")
    NO_ANSWER = rules.Result.NO_ANSWER, _("no answer")
    WRONG_NUMBER = rules.Result.WRONG_NUMBER, _("wrong number")
    REFUSED = rules.Result.REFUSED, _("does not want to be asked")
    LATER = rules.Result.LATER, _("asked to be called later")


class Wanted(models.TextChoices):
    """Whether the resident of a round is asked, and if not, why not."""

    ASK = rules.Wanted.ASK, _("to be asked")
    NOT_SAMPLED = rules.Wanted.NOT_SAMPLED, _("not in the sample")
    NO_CONTACT = rules.Wanted.NO_CONTACT, _("no number was left")


class Ground(models.TextChoices):
    """Why a unit is not sent again, though the resident calls it unsolved."""

    DONE_AS_OWED = rules.Ground.DONE_AS_OWED, _("all that the law and the standards ask was done")
    NO_LEGAL_BASIS = rules.Ground.NO_LEGAL_BASIS, _("what is wanted has no basis in law")
    OUTSIDE_DUTY = rules.Ground.OUTSIDE_DUTY, _("what is wanted is no duty of government")
    NOT_FEASIBLE = rules.Ground.NOT_FEASIBLE, _("it cannot be done at present, as was shown")
    OTHER_MATTER = rules.Ground.OTHER_MATTER, _("it is another matter than the one asked for")
    FACTS_WRONG = rules.Ground.FACTS_WRONG, _("the facts are not as stated")


class CallBack(models.Model):
    """One attempt to ask a resident: contacted by the unit, solved, satisfied, each apart."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="call_backs")
    round_number = models.PositiveSmallIntegerField()
    via = models.CharField(max_length=10, choices=Via)
    at = models.DateTimeField()
    # None where the resident answered by receipt or link, without an official.
    by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    reached = models.BooleanField()
    result = models.CharField(max_length=20, choices=Result, blank=True)
    # When the resident wants to be called, if they said so.
    later_at = models.DateTimeField(null=True)
    contacted = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.CharField(max_length=20, choices=Satisfaction, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "round_number"], name="call_back_round"),
            models.Index(fields=["by", "at"], name="call_back_by"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}"


class AdoptedPlan(models.Model):
    """How the city calls back from a day on: the words of a plan, never changed."""

    valid_from = models.DateField()
    text = models.TextField()
    # Draws the samples. Its digest is shown at once, itself once a later plan holds.
    key = models.BinaryField()
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.valid_from}/{self.pk}"


class Asking(models.Model):
    """The turn of a round in the call-back queue: asked or not, from when, by whom just now."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="askings")
    round_number = models.PositiveSmallIntegerField()
    plan = models.ForeignKey(AdoptedPlan, models.PROTECT, null=True, related_name="+")
    wanted = models.CharField(max_length=12, choices=Wanted)
    # The lot that was drawn, and below which it had to lie, in parts of 10,000.
    lot = models.PositiveSmallIntegerField()
    parts = models.PositiveSmallIntegerField()
    ask_at = models.DateTimeField()
    # The resident named this hour.
    is_promised = models.BooleanField(default=False)
    claimed_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round_number"], name="asking_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["ask_at"], name="asking_promised", condition=models.Q(is_promised=True)
            ),
            models.Index(
                fields=["claimed_by"],
                name="asking_claimed",
                condition=models.Q(claimed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}: {self.wanted}"


class AnswerLink(models.Model):
    """A link by which a resident answers once, without typing a secret."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="answer_links")
    round_number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, unique=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "round_number"], name="answer_link_round"),
        ]

    def __str__(self) -> str:
        return self.code


class Judgement(models.Model):
    """What a caller judged where a resident says it is not solved."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="judgements")
    round_number = models.PositiveSmallIntegerField()
    is_reasonable = models.BooleanField()
    ground = models.CharField(max_length=20, choices=Ground, blank=True)
    words = models.TextField()
    by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "round_number"], name="judgement_round"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}: {self.is_reasonable}"


class SecondAsking(models.Model):
    """A closed round asked again by somebody else, who does not see what was said first."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="second_askings")
    round_number = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    first = models.ForeignKey(CallBack, models.PROTECT, related_name="+")
    ask_at = models.DateTimeField()
    # None until it ended: reached, or not reached after the tries of the plan, or dropped.
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    reached = models.BooleanField(null=True)
    contacted = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.CharField(max_length=20, choices=Satisfaction, blank=True)
    remark = models.TextField(blank=True)
    claimed_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round_number"], name="second_asking_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["ask_at"], name="second_open", condition=models.Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}"


class SecondTry(models.Model):
    """An attempt of a second asking that reached nobody."""

    asking = models.ForeignKey(SecondAsking, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(OFFICIAL, models.PROTECT, related_name="+")
    result = models.CharField(max_length=20, choices=Result)

    def __str__(self) -> str:
        return f"{self.asking_id}: {self.result}"


class Problem(models.Model):
    """A problem case (问题工单): which unit's supervisors it was put before, who looks after it."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="problem")
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    escalated_at = models.DateTimeField()
    note = models.TextField(blank=True)
    taken_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.unit_id}"
