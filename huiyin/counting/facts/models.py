"""What is counted: facts that are only superseded, their sums, and the cases to look at again."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.counting.facts import rules

# Facts are reckoned from rows that are guarded themselves, and written by the hundred thousand.
UNGUARDED: Any = {"related_name": "+", "db_index": False, "db_constraint": False}


class Word(models.TextChoices):
    """What is known of the word of a round's resident."""

    SAID = rules.Word.SAID, _("said it")
    WAITING = rules.Word.WAITING, _("not yet reached")
    OPEN = rules.Word.OPEN, _("not yet answered")
    NOT_REACHED = rules.Word.NOT_REACHED, _("asked in vain")
    NOT_ASKED = rules.Word.NOT_ASKED, _("not asked")
    ENDED = rules.Word.ENDED, _("ended without an answer")


class Fact(models.Model):
    """One round of one voice as it was known for a time; never changed, only superseded."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="facts")
    round_number = models.PositiveSmallIntegerField()
    is_last = models.BooleanField()
    parent = models.ForeignKey("cases.Case", models.PROTECT, null=True, **UNGUARDED)
    city = models.ForeignKey("departments.Unit", models.PROTECT, **UNGUARDED)
    # Who is judged by it: the lead at the answer, of a merged request the lead of its parent.
    unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, **UNGUARDED)
    first_unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, **UNGUARDED)
    request_kind = models.CharField(max_length=20)
    category = models.ForeignKey("cases.Category", models.PROTECT, null=True, **UNGUARDED)
    place = models.ForeignKey("places.Place", models.PROTECT, null=True, **UNGUARDED)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    # What was promised first, and the deadline that holds; the same unless it was moved.
    first_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # None without a deadline, and where a withdrawal came before it.
    on_time = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    # The decisive call-back, or where there was none the last attempt.
    tried_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    word = models.CharField(max_length=12, choices=Word)
    contacted = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.CharField(max_length=20, blank=True)
    # Whether a person found another round reasonable, where the resident called it unsolved.
    reasonable = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True)
    returns = models.PositiveSmallIntegerField()
    is_reopened = models.BooleanField()
    is_problem = models.BooleanField()
    is_excluded = models.BooleanField()
    known_from = models.DateTimeField()
    # None for what is known now.
    known_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "round_number"],
                condition=Q(known_until=None),
                name="fact_known_now_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], name="fact_received"),
            models.Index(fields=["answered_at"], name="fact_answered"),
            models.Index(fields=["tried_at"], name="fact_tried"),
            models.Index(fields=["closed_at"], name="fact_closed"),
            models.Index(fields=["due_at"], name="fact_due"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}"


class Sum(models.Model):
    """How many facts known now have their moment in a stretch of half days, for one unit.

    Which moment is meant says `moment`; a stretch is one half day of the city's clock, or eight.
    """

    city = models.ForeignKey("departments.Unit", models.PROTECT, **UNGUARDED)
    span = models.PositiveSmallIntegerField()
    moment = models.CharField(max_length=1)
    slot = models.IntegerField()
    unit = models.ForeignKey("departments.Unit", models.PROTECT, null=True, **UNGUARDED)
    is_first = models.BooleanField()
    is_last = models.BooleanField()
    is_child = models.BooleanField()
    is_excluded = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "city", "span", "moment", "slot", "unit",
                    "is_first", "is_last", "is_child", "is_excluded",
                ],
                nulls_distinct=False,
                name="sum_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.moment} {self.slot}/{self.span}"


for _name in rules.COUNTS:
    Sum.add_to_class(_name, models.IntegerField(default=0))


class KnownUnit(models.Model):
    """A unit as it was known for a time: its name, where it stood, and whether it still was.

    A unit that is founded or renamed later changes no table that was published before.
    """

    unit = models.ForeignKey("departments.Unit", models.PROTECT, **UNGUARDED)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=20)
    path = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=240)
    dissolved_on = models.DateField(null=True)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(known_until=None), name="unit_known_now_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Touched(models.Model):
    """A case that changed since it was last counted; written by triggers, taken by the fold.

    Without any unique key but its own: whoever writes a case waits for nobody here. A row
    without a case says that a unit changed.
    """

    case_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return str(self.case_id)


class Standing(models.Model):
    """How far it is counted: one row, held by whoever folds."""

    # When facts were changed last, and the latest moment of which a figure was read.
    folded_at = models.DateTimeField()
    settled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.settled_at}"
