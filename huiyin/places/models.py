"""Places in a tree, their boundaries, and the stamp that changes whenever either does.

Boundaries lie in a table of their own: a page that joins fifty cases with their places must
not drag fifty polygons along.
"""

import shapely
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.places.rules import Level

LEVEL_WORDS = {
    Level.CITY: _("city"),
    Level.DISTRICT: _("district"),
    Level.STREET: _("street or town"),
    Level.COMMUNITY: _("community or village"),
    Level.GRID: _("grid"),
}


class Place(models.Model):
    """A city, district, street, community or grid."""

    code = models.CharField(max_length=64, unique=True, db_collation="C")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    sort_key = models.CharField(max_length=1200, db_collation="C")
    level = models.CharField(
        max_length=16, choices=[(level.value, words) for level, words in LEVEL_WORDS.items()]
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # Ids from the root down to this place, "/1/5/": everything in place 5 begins with it.
    path = models.TextField()
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    area_km2 = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    # Registered, resident or estimated people, and of which year: rates depend on it.
    population_basis = models.CharField(max_length=200, blank=True, default="")
    # The first day on which the place exists, and the first on which it no longer does.
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, default="")
    source_id = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["sort_key", "code"]
        indexes = [
            models.Index(fields=["path"], name="place_path", opclasses=["text_pattern_ops"]),
            models.Index(fields=["level", "sort_key", "code"], name="place_level_order"),
            models.Index(fields=["name"], name="place_name"),
        ]
        constraints = [
            models.CheckConstraint(
                name="place_level_is_known",
                condition=models.Q(level__in=[level.value for level in Level]),
            ),
            models.CheckConstraint(
                name="place_is_valid_before_it_ends",
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_from__lt=models.F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language, where the city has given one."""
        reads_english = (get_language() or "").startswith("en")
        return self.name_en if self.name_en and reads_english else self.name

    @property
    def path_ids(self) -> list[int]:
        """Ids from the root down to this place."""
        return [int(part) for part in self.path.split("/") if part]


class Boundary(models.Model):
    """The polygon of one place, in longitude and latitude (WGS 84)."""

    place = models.OneToOneField(
        Place, primary_key=True, on_delete=models.CASCADE, related_name="boundary"
    )
    wkb = models.BinaryField()

    def __str__(self) -> str:
        return f"boundary of {self.place_id}"

    @property
    def shape(self) -> shapely.Geometry:
        """The polygon as a shapely geometry."""
        return shapely.from_wkb(bytes(self.wkb))


class Stamp(models.Model):
    """One row whose value a trigger renews with every change of places or boundaries.

    A random value and not a counter: a number reached in a transaction that was rolled back
    comes again for other places, and an index built meanwhile would pass for fresh.
    """

    value = models.UUIDField()

    def __str__(self) -> str:
        return str(self.value)
