"""Joint work: whistles, the units they called and how these came, and what each thought after."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Whistle(models.Model):
    """A lead unit calls others to a place (吹哨), where they must report (报到)."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="whistles")
    round_number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what_for = models.TextField()
    place_words = models.CharField(max_length=300)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    report_by = models.DateTimeField()
    due_at = models.DateTimeField()
    # Several units act at one place and time under this lead (街道综合执法平台).
    is_field = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}: {self.unit_id}"


class CalledUnit(models.Model):
    """One unit that a whistle called, and how it reported on site."""

    whistle = models.ForeignKey(Whistle, models.PROTECT, related_name="called")
    part = models.OneToOneField("cases.Assignment", models.PROTECT, related_name="called")
    arrived_at = models.DateTimeField(null=True)
    place_words = models.CharField(max_length=300, blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    # Who came, as it was said on site.
    people = models.TextField(blank=True)
    people_count = models.PositiveSmallIntegerField(null=True)
    # When and by whom it was written down: beside what is said of the arrival itself.
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.whistle_id}: {self.part_id}"

    @property
    def is_late(self) -> bool:
        """Whether the unit came after the moment that the whistle named."""
        return self.arrived_at is not None and self.arrived_at > self.whistle.report_by


class Assessment(models.Model):
    """What one side of a whistle thinks of the other once the part has ended (双考评)."""

    append_only = True

    called = models.ForeignKey(CalledUnit, models.PROTECT, related_name="assessments")
    from_unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    about_unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    # A mark from 1 to 5 for each thing of `rules`.
    marks: Any = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["called", "from_unit"], name="assessment_once_a_side"),
            models.CheckConstraint(
                name="assessment_of_another", condition=~Q(from_unit=F("about_unit"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["about_unit", "at"], name="assessment_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.called_id}: {self.from_unit_id} > {self.about_unit_id}"
