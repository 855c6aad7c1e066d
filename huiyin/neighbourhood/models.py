"""Beats and their chiefs, how often they must walk, what they found; volunteers and their tasks.

Whatever a phone makes has an id made on the phone, so that what is sent twice is kept once.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases.models import Attachment, Case, Resident
from huiyin.neighbourhood import rules
from huiyin.neighbourhood.rules import clock_is_off


class BeatKind(models.TextChoices):
    """What is walked along; the words come from `rules`."""

    LANE = rules.BeatKind.LANE, _("lane")
    RIVER = rules.BeatKind.RIVER, _("river")
    BLOCK = rules.BeatKind.BLOCK, _("block")
    GRID = rules.BeatKind.GRID, _("grid")


class Period(models.TextChoices):
    """How long a chief has for so many patrols; the words come from `rules`."""

    DAY = rules.Period.DAY, _("day")
    WEEK = rules.Period.WEEK, _("week")
    TEN_DAYS = rules.Period.TEN_DAYS, _("ten days")
    MONTH = rules.Period.MONTH, _("month")
    QUARTER = rules.Period.QUARTER, _("quarter")
    YEAR = rules.Period.YEAR, _("year")


class Role(models.Model):
    """As what somebody is in charge of a beat: a lane chief, a river chief of some level."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        english = self.name_en and (get_language() or "").startswith("en")
        return self.name_en if english else self.name


class Frequency(models.Model):
    """How often those in a role must walk, from a day on, and who says so."""

    role = models.ForeignKey(Role, models.PROTECT, related_name="frequencies")
    period = models.CharField(max_length=10, choices=Period)
    times = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["role", "from_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "from_on"], name="frequency_once_a_day"),
            models.CheckConstraint(name="frequency_asks_something", condition=Q(times__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.times}/{self.period}"

    @property
    def label(self) -> str:
        """How often, in words."""
        words = {"times": self.times, "period": self.get_period_display()}
        return gettext("%(times)d × each %(period)s") % words


class Beat(models.Model):
    """A stretch of the city that somebody walks: a lane, a river, a block, a grid (巡查段)."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=BeatKind)
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="beats")
    place = models.ForeignKey("places.Place", models.PROTECT, null=True, related_name="beats")
    # A GeoJSON line or polygon; none where the place itself is walked.
    shape: Any = models.JSONField(null=True)
    sort_key = models.CharField(max_length=240)
    ended_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.name


class Chief(models.Model):
    """Who was in charge of a beat, in which role, from which day and until which."""

    beat = models.ForeignKey(Beat, models.PROTECT, related_name="chiefs")
    role = models.ForeignKey(Role, models.PROTECT, related_name="chiefs")
    official = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="beats")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["-since", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["beat", "role", "official"],
                condition=Q(until=None),
                name="chief_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beat_id}: {self.official_id}"


class FromPhone(models.Model):
    """What a phone made: its id and its times are the phone's, `arrived_at` is the server's."""

    id = models.UUIDField(primary_key=True)
    phone_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    # By how many seconds the phone's clock was ahead of the server's when it sent this.
    clock_ahead = models.IntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def clock_is_off(self) -> bool:
        """Whether the phone's times must be read with care."""
        return clock_is_off(self.clock_ahead)


class Patrol(FromPhone):
    """One walk along a beat; `phone_at` is when it began by the phone's clock."""

    beat = models.ForeignKey(Beat, models.PROTECT, related_name="patrols")
    official = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="patrols")
    # The phone's times put right by the server's clock: by these it is counted.
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-began_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["beat", "began_at"], name="patrol_beat"),
            models.Index(fields=["official", "began_at"], name="patrol_official"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Track(FromPhone):
    """Some points of a patrol: [seconds since 1970 by the phone, longitude, latitude, metres]."""

    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="tracks")
    points: Any = models.JSONField()

    def __str__(self) -> str:
        return str(self.pk)


class Finding(FromPhone):
    """What a patrol found: its words are those of the case that it became."""

    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="findings")
    case = models.OneToOneField(Case, models.PROTECT, related_name="finding")
    accuracy_metres = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["phone_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class FindingPhoto(FromPhone):
    """A photo of a finding, so that a second sending of it is known."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="photos")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.pk)


class SiteCheck(models.Model):
    """A look on site whether what a patrol found was mended (核实)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="site_checks")
    round_number = models.PositiveSmallIntegerField()
    official = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    solved = models.BooleanField()
    words = models.TextField(blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round_number"], name="site_check_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round_number}"


class Volunteer(models.Model):
    """A resident who lends a hand at a place; who they are is sealed as residents' data is."""

    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="volunteers")
    place = models.ForeignKey("places.Place", models.PROTECT, related_name="volunteers")
    person = models.OneToOneField(Resident, models.PROTECT, related_name="volunteer")
    consented_at = models.DateTimeField()
    # The link is signed with this number: raised, it makes every older link useless.
    link_number = models.PositiveSmallIntegerField(default=1)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-consented_at", "-pk"]

    def __str__(self) -> str:
        return self.code


class Task(models.Model):
    """A small deed offered to the volunteers of a place; it never holds a resident's data."""

    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="tasks")
    place = models.ForeignKey("places.Place", models.PROTECT, related_name="tasks")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="tasks")
    title = models.CharField(max_length=80)
    what = models.TextField()
    where = models.CharField(max_length=200)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    needed = models.PositiveSmallIntegerField()
    offered_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)
    form_key = models.UUIDField(null=True, unique=True, default=uuid.uuid4)

    class Meta:
        ordering: ClassVar = ["-begins_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="task_begins_before_it_ends", condition=Q(begins_at__lt=F("ends_at"))
            ),
            models.CheckConstraint(name="task_needs_somebody", condition=Q(needed__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title


class Deed(models.Model):
    """One volunteer's part in a task: taken, done, confirmed, thanked."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="deeds")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="deeds")
    taken_at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)
    photo_name = models.CharField(max_length=200, blank=True)
    photo_type = models.CharField(max_length=80, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    thanks = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["taken_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "volunteer"],
                condition=Q(given_back_at=None),
                name="deed_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.volunteer_id}"
