"""What every sending of a case brings with it, whichever step sent it.

The unit must be one that may lead such a case; its district gets a copy where it is a street
(《北京市接诉即办工作条例》第十二条); and the logbook names the catalogue that was in force.
"""

from huiyin.cases.happenings import Happening, subscribe
from huiyin.cases.models import Case
from huiyin.cases.parts import ask_before_parts, send_copy
from huiyin.cases.rules import NEW_ROUND
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official, Unit, UnitLevel
from huiyin.dispatch.book import ids_of, version_at
from huiyin.dispatch.duties import why_no_part, why_not_lead
from huiyin.dispatch.suggesting import Suggestion, suggest_units
from huiyin.logbook.actions import record
from huiyin.office.problems import WrongInput

CHOSEN = frozenset({"dispatch", "redispatch"})
# Steps that give the case to a unit, which then must know of it in its district.
SENDING = CHOSEN | NEW_ROUND
BELOW_A_DISTRICT = frozenset({UnitLevel.STREET, UnitLevel.COMMUNITY})


def hear(happening: Happening) -> None:
    """Check, copy and note what was chosen; a case that goes to no unit passes by."""
    case, by = happening.case, happening.by
    if happening.arrow.step not in SENDING or case.unit is None or isinstance(by, str):
        return
    if happening.arrow.step in CHOSEN:
        why_not = why_not_lead(case.unit, case.category)
        if why_not:
            raise WrongInput(why_not)
        _note(case, case.unit, happening, by)
    district = district_of(case.unit)
    if district is not None:
        send_copy(case, district, by=by, at=happening.at)


def district_of(unit: Unit) -> Unit | None:
    """The district that urges a street or community on; none for other units."""
    if unit.level not in BELOW_A_DISTRICT:
        return None
    above = Unit.objects.filter(pk__in=ids_of(unit.path)[:-1], level=UnitLevel.DISTRICT)
    return above.filter(dissolved_on=None).order_by("-path").first()


def _note(case: Case, unit: Unit, happening: Happening, by: Official) -> None:
    version = version_at(happening.at)
    if version is None:
        return
    suggested = suggest_units(case, at=happening.at)
    followed = next((one for one in suggested if one.unit.pk == unit.pk), None)
    record(
        "dispatch.by_catalogue",
        about=case.number,
        by=by,
        at=happening.at,
        unit=seat_of(by, case.intake_unit),
        version=version.number,
        digest=version.digest,
        suggested=[one.unit.code for one in suggested],
        line=_line(followed or next(iter(suggested), None)),
        followed=followed is not None,
    )


def _line(suggestion: Suggestion | None) -> int | None:
    return suggestion.entry.number if suggestion and suggestion.entry else None


subscribe(hear)
ask_before_parts(why_no_part)
