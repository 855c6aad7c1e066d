"""The tables of the counting; each part of the room keeps its own beside its work."""

from huiyin.counting.calibers.models import AdoptedCaliber, CaliberText, Population
from huiyin.counting.exclusions.models import Appeal, Correction, Exclusion, PaperFile, RulingRun
from huiyin.counting.facts.models import Fact, KnownUnit, Standing, Sum, Touched

__all__ = [
    "AdoptedCaliber",
    "Appeal",
    "CaliberText",
    "Correction",
    "Exclusion",
    "Fact",
    "KnownUnit",
    "PaperFile",
    "Population",
    "RulingRun",
    "Standing",
    "Sum",
    "Touched",
]
