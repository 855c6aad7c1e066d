"""The dispatch catalogue in its versions, the lists of duties, and consultations.

A version is a draft until it is put in force; from then on its lines stay as they are for ever.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.departments.models import UnitLevel
from huiyin.dispatch import rules
from huiyin.places.models import LEVEL_WORDS

# The levels at which a unit can be found by the place of a case.
FOUND_BY_PLACE = (UnitLevel.DISTRICT, UnitLevel.STREET, UnitLevel.COMMUNITY)
FOUND_CHOICES = [(level.value, level.label) for level in FOUND_BY_PLACE]
PLACE_CHOICES = [(level.value, words) for level, words in LEVEL_WORDS.items()]


class Stance(models.TextChoices):
    """What a list of duties lets a unit do."""

    LEAD = rules.Stance.LEAD, _("may lead")
    ASSIST_ONLY = rules.Stance.ASSIST_ONLY, _("only assists")


class CatalogueVersion(models.Model):
    """One version of the catalogue: a draft, or in force from a moment until the next."""

    number = models.PositiveIntegerField(unique=True)
    # Names the version in memory: a number can come again after a rolled-back transaction.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    in_force_from = models.DateTimeField(null=True, unique=True)
    # Over all lines, written when the version is put in force and named in the logbook.
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.number)


class CatalogueLine(models.Model):
    """One line: a category, a place and conditions, and the unit that must act."""

    version = models.ForeignKey(CatalogueVersion, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("line"))
    category = models.ForeignKey("cases.Category", models.PROTECT, null=True, blank=True)
    place = models.ForeignKey("places.Place", models.PROTECT, null=True, blank=True)
    place_level = models.CharField(max_length=16, choices=PLACE_CHOICES, blank=True)
    conditions: Any = models.JSONField(default=dict, blank=True)
    unit = models.ForeignKey(
        "departments.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit_level = models.CharField(max_length=20, choices=FOUND_CHOICES, blank=True)
    # Codes of units that assist, in their order.
    assist: Any = models.JSONField(default=list, blank=True)
    basis = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "number"], name="catalogue_line_once"),
            models.CheckConstraint(
                name="catalogue_line_has_one_aim",
                condition=models.Q(unit__isnull=False, unit_level="")
                | (models.Q(unit__isnull=True) & ~models.Q(unit_level="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.number}"


class Duty(models.Model):
    """One line of a list of duties: a unit or all of a level, a category, what it may do."""

    unit = models.ForeignKey(
        "departments.Unit", models.PROTECT, null=True, blank=True, related_name="duties"
    )
    unit_level = models.CharField(max_length=20, choices=UnitLevel, blank=True)
    category = models.ForeignKey("cases.Category", models.PROTECT, related_name="+")
    stance = models.CharField(max_length=20, choices=Stance)
    basis = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "unit_level", "category"],
                name="duty_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="duty_is_of_a_unit_or_a_level",
                condition=models.Q(unit__isnull=False, unit_level="")
                | (models.Q(unit__isnull=True) & ~models.Q(unit_level="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id or self.unit_level}: {self.category_id} {self.stance}"


class Consultation(models.Model):
    """The question “whose is it?” about a case, to named units, until a moment (会商)."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="consultations")
    # What the units read instead of the case: written for them, without anybody's data.
    question = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["answer_until"], name="consultation_until"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.asked_at:%Y-%m-%d %H:%M}"


class Opinion(models.Model):
    """One unit's part in a consultation: asked, and what it said."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="opinions")
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    would_take = models.BooleanField(null=True)
    why = models.TextField(blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "unit"], name="opinion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id}: {self.unit_id}"
