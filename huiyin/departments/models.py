"""Units in a tree, the officials, and the posts they hold at a unit."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.departments import rules


class UnitLevel(models.TextChoices):
    """Where a unit stands; the words come from `rules`."""

    CITY = rules.UnitLevel.CITY, _("city")
    DISTRICT = rules.UnitLevel.DISTRICT, _("district")
    STREET = rules.UnitLevel.STREET, _("street or town")
    COMMUNITY = rules.UnitLevel.COMMUNITY, _("community")
    DEPARTMENT = rules.UnitLevel.DEPARTMENT, _("department")
    UTILITY = rules.UnitLevel.UTILITY, _("public utility")


class Post(models.TextChoices):
    """What an official does; the words come from `rules`."""

    OPERATOR = rules.Post.OPERATOR, _("operator")
    DISPATCHER = rules.Post.DISPATCHER, _("dispatcher")
    OFFICER = rules.Post.OFFICER, _("officer in charge")
    CALLER = rules.Post.CALLER, _("call-back officer")
    SUPERVISOR = rules.Post.SUPERVISOR, _("supervisor")
    ANALYST = rules.Post.ANALYST, _("analyst")
    LEADER = rules.Post.LEADER, _("leader")
    ADMINISTRATOR = rules.Post.ADMINISTRATOR, _("administrator")
    AUDITOR = rules.Post.AUDITOR, _("auditor")


class Unit(models.Model):
    """A body that acts: the city, a district, a street, a department, a utility."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=UnitLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # '/1/5/23/': the unit's own number last, so that "this and below" is one prefix.
    path = models.CharField(max_length=200, db_index=False)
    sort_key = models.CharField(max_length=240)
    place = models.ForeignKey(
        "places.Place", models.SET_NULL, null=True, blank=True, related_name="units"
    )
    calendar_code = models.CharField(_("calendar"), max_length=40, blank=True)
    # Only the root of a tree: the city whose days and months its figures are counted in.
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    # The hotline: where requests arrive that come without an operator, from the web page.
    takes_requests = models.BooleanField(_("takes requests in"), default=False)
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["path"], name="unit_path", opclasses=["varchar_pattern_ops"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "name"], name="unit_name_once"),
        ]

    def __str__(self) -> str:
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name


class OfficialManager(BaseUserManager["Official"]):
    """Finds officials by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> "Official":
        """Find the official who signs in with this name."""
        return self.get(sign_in_name=username)


class Official(AbstractBaseUser):
    """A person who works for the city and signs in."""

    sign_in_name = models.CharField(_("sign-in name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    is_active = models.BooleanField(default=True)
    units: Any = models.ManyToManyField(Unit, through="PostHeld", related_name="officials")

    objects = OfficialManager()
    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class PostHeld(models.Model):
    """One post of one official at one unit, from a day on and until a day."""

    official = models.ForeignKey(Official, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    post = models.CharField(max_length=20, choices=Post)
    held_from = models.DateField(null=True, blank=True)
    held_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["official", "unit", "post"], name="post_held_once"),
        ]

    def __str__(self) -> str:
        return f"{self.official}: {self.get_post_display()} / {self.unit}"
