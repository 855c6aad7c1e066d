"""The texts of calibers, since when each holds, and how many people a unit serves."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.counting import rules

OFFICIAL = settings.AUTH_USER_MODEL


class Basis(models.TextChoices):
    """Which people were counted."""

    RESIDENT = rules.Basis.RESIDENT, _("resident population")
    SERVED = rules.Basis.SERVED, _("population served")
    REGISTERED = rules.Basis.REGISTERED, _("registered population")


class CaliberText(models.Model):
    """The words of a caliber under their digest, so that every figure can name how it counted."""

    append_only = True
    digest = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=60)
    # Canonical: the digest is the SHA-256 of exactly this.
    text = models.TextField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} {self.digest[:12]}"


class AdoptedCaliber(models.Model):
    """By which caliber the city counts from a day on; a row is never changed."""

    append_only = True
    valid_from = models.DateField()
    caliber = models.ForeignKey(CaliberText, models.PROTECT, related_name="adoptions")
    # The text as it was handed in, with its comments.
    written = models.TextField()
    reason = models.TextField()
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-valid_from", "-id"], name="caliber_holds_from"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}/{self.pk}"


class Population(models.Model):
    """How many people belong to a unit on a day, counted on one basis; later rows correct."""

    append_only = True
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="populations")
    basis = models.CharField(max_length=12, choices=Basis)
    counted_on = models.DateField()
    people = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(OFFICIAL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "basis", "-counted_on", "-id"], name="population_of_unit"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="population_is_of_somebody", condition=models.Q(people__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.counted_on}: {self.people}"
