"""The tables of the counting; each part of the room keeps its own beside its work."""

from huiyin.counting.calibers.models import AdoptedCaliber, CaliberText, Population

__all__ = ["AdoptedCaliber", "CaliberText", "Population"]
