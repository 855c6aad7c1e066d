"""The figures of the two-way assessment as they were shown: added to, never changed."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.reports.assessing import rules


class Sheet(models.TextChoices):
    """Who is marked by whom."""

    REPORTING = rules.Sheet.REPORTING, _("departments, marked by the streets that called them")
    WHISTLING = rules.Sheet.WHISTLING, _("streets, marked by the departments they called")


class AssessedFigure(models.Model):
    """What enough units thought of one unit in some months together, kept as it was shown.

    A figure made anew later, with other months or another least number of raters, could be
    taken from this one and tell a single mark: so it is made once.
    """

    append_only = True

    sheet = models.CharField(max_length=12, choices=Sheet)
    unit = models.ForeignKey("departments.Unit", models.PROTECT, related_name="+")
    first_month = models.DateField()
    last_month = models.DateField()
    raters = models.PositiveIntegerField()
    # A mean for each thing, as text with one decimal.
    means: Any = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sheet", "unit", "first_month"], name="assessed_figure_once"
            ),
            models.CheckConstraint(
                name="assessed_figure_of_enough",
                condition=Q(raters__gte=rules.FEWEST_RATERS) & Q(last_month__gte=F("first_month")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["last_month"], name="assessed_figure_month"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.unit_id}: {self.first_month}"
