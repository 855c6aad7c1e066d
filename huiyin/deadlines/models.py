"""Calendars and time limits as data: hours, special days, known years; presets and their adoption.

What the tables say is turned into plain objects by `queries.py`; a trigger renews the one stamp
whenever any of them changes, so that every process knows when to read again.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.deadlines import rules

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class TimeUnit(models.TextChoices):
    """What a time limit is counted in; the words come from `rules`."""

    NATURAL_HOURS = rules.TimeUnit.NATURAL_HOURS, _("natural hours")
    NATURAL_DAYS = rules.TimeUnit.NATURAL_DAYS, _("natural days")
    WORKING_HOURS = rules.TimeUnit.WORKING_HOURS, _("working hours")
    WORKING_DAYS = rules.TimeUnit.WORKING_DAYS, _("working days")


class DayKind(models.TextChoices):
    """What makes a day differ from its weekday; the words come from `rules`."""

    HOLIDAY = rules.DayKind.HOLIDAY, _("holiday")
    MAKE_UP = rules.DayKind.MAKE_UP, _("make-up working day")


class Calendar(models.Model):
    """When a city or a unit is open; round the clock it has neither hours nor holidays."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(max_length=60)
    round_the_clock = models.BooleanField(default=False)

    def __str__(self) -> str:
        return _in_language(self.name, self.name_en)


class WorkPeriod(models.Model):
    """A stretch of opening time on a weekday; closing at 00:00 is the midnight after it."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="work_periods")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["calendar", "weekday", "opens"], name="work_period_once"
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="work_period_on_a_weekday"
            ),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")) | models.Q(closes="00:00"),
                name="work_period_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class SpecialDay(models.Model):
    """A holiday, or a day worked in place of one; `source` says who announced it."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="special_days")
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=DayKind)
    name = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "on"], name="special_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {_in_language(self.name, self.name_en)}"


class SpecialPeriod(models.Model):
    """The hours of a make-up day that has others than the normal ones."""

    special_day = models.ForeignKey(SpecialDay, models.CASCADE, related_name="periods")
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["special_day", "opens"], name="special_period_once"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")) | models.Q(closes="00:00"),
                name="special_period_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class KnownYear(models.Model):
    """A year whose holidays are loaded; verified when two sources, or a person, agree on it."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="known_years")
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    verified = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "year"], name="known_year_once"),
        ]

    def __str__(self) -> str:
        return f"{self.year} ({self.source})"


class Preset(models.Model):
    """A set of time limits as some place has published it, labelled with its source."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=300)
    source_en = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return _in_language(self.name, self.name_en)


class PresetRule(models.Model):
    """One time limit of a preset; an empty kind of request means any."""

    preset = models.ForeignKey(Preset, models.CASCADE, related_name="rules")
    deadline_class = models.CharField(max_length=60)
    request_kind = models.CharField(max_length=40, blank=True)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=TimeUnit)
    article = models.CharField(max_length=200, blank=True)
    article_en = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    is_draft = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["preset", "deadline_class", "request_kind"], name="preset_rule_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_class} {self.request_kind}: {self.amount} {self.unit}"


class Adoption(models.Model):
    """The days on which the city goes by a preset; where two answer, the later adopted wins."""

    preset = models.ForeignKey(Preset, models.PROTECT, related_name="adoptions")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["preset", "from_on"], name="adoption_once"),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="adoption_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.preset} {self.from_on}–{self.to_on or ''}"


class Stamp(models.Model):
    """A value that a trigger renews whenever any table of this room changes."""

    value = models.UUIDField()

    def __str__(self) -> str:
        return str(self.value)


def _in_language(name: str, name_en: str) -> str:
    return name_en if name_en and (get_language() or "").startswith("en") else name
