"""The lists of duties (职责清单): what a unit may lead, and what it only assists in.

A community gets only what its list holds (《北京市接诉即办工作条例》第十七条); every other unit
may lead whatever no list takes from it.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from huiyin.cases.models import Case, Category
from huiyin.departments.models import Unit, UnitLevel
from huiyin.dispatch.book import ids_of
from huiyin.dispatch.models import Duty
from huiyin.dispatch.rules import Stance


@dataclass(frozen=True)
class Duties:
    """All lists of duties, read once."""

    by_unit: dict[tuple[int, int], str]
    by_level: dict[tuple[int, str], str]

    def stance(self, unit_id: int, level: str, category: tuple[int, ...]) -> str | None:
        """What the lists say: the nearest category first, there the unit before its level."""
        for known in reversed(category):
            own = self.by_unit.get((known, unit_id)) or self.by_level.get((known, level))
            if own is not None:
                return own
        return None

    def may_lead(self, unit_id: int, level: str, category: tuple[int, ...]) -> bool:
        """Whether a unit may lead a case of this category (its ids from the root down)."""
        stance = self.stance(unit_id, level, category)
        if stance is None:
            return level != UnitLevel.COMMUNITY
        return stance == Stance.LEAD


def read_duties(unit: Unit | None = None) -> Duties:
    """Read the lists of duties; of one unit and its level where one is given."""
    rows = Duty.objects.all()
    if unit is not None:
        rows = rows.filter(unit=unit) | rows.filter(unit_level=unit.level)
    by_unit: dict[tuple[int, int], str] = {}
    by_level: dict[tuple[int, str], str] = {}
    for category, unit_id, level, stance in rows.values_list(
        "category_id", "unit_id", "unit_level", "stance"
    ):
        if unit_id is None:
            by_level[category, level] = stance
        else:
            by_unit[category, unit_id] = stance
    return Duties(by_unit, by_level)


def may_lead(unit: Unit, category: Category | None) -> bool:
    """Whether a unit may lead cases of a category."""
    return why_not_lead(unit, category) == ""


def why_not_lead(unit: Unit, category: Category | None) -> str:
    """Why a unit may not lead, with the way out; empty where it may."""
    path = ids_of(category.path) if category else ()
    duties = read_duties(unit)
    if duties.may_lead(unit.pk, unit.level, path):
        return ""
    if category is None:
        return _(
            "%(unit)s is a community and gets only what its list of duties holds; "
            "set the category first, or send the case to its street."
        ) % {"unit": unit}
    words = {"unit": unit, "category": category}
    if duties.stance(unit.pk, unit.level, path) == Stance.ASSIST_ONLY:
        return (
            _(
                "By the list of duties %(unit)s only assists in “%(category)s” and never leads; "
                "send the case to the unit whose duty it is."
            )
            % words
        )
    return (
        _(
            "“%(category)s” is not in the list of duties of %(unit)s, and a community gets only "
            "what its list holds; send the case to its street."
        )
        % words
    )


def why_no_part(case: Case, unit: Unit) -> str:
    """Why a unit may not get a part of a case; empty where it may.

    A community gets only what its list holds; what it only assists in it may be given a part
    of, because whoever asked stays in charge.
    """
    if unit.level != UnitLevel.COMMUNITY:
        return ""
    category = case.category
    if category is None:
        return _(
            "%(unit)s is a community and gets only what its list of duties holds; "
            "set the category of the case first."
        ) % {"unit": unit}
    if read_duties(unit).stance(unit.pk, unit.level, ids_of(category.path)) is not None:
        return ""
    return _(
        "“%(category)s” is not in the list of duties of %(unit)s, and a community gets only "
        "what its list holds; keep the work or call the unit whose duty it is."
    ) % {"unit": unit, "category": category}
