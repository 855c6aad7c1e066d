"""Who is told of a step, an application or a part: units, officials and the resident.

Told inside the step's transaction, once each: the key is the entry of the logbook.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from huiyin.cases.happenings import Happening
from huiyin.cases.models import Application, ApplicationState, Assignment
from huiyin.departments.models import Unit
from huiyin.departments.queries import ruler_between
from huiyin.notices.actions import for_official, for_resident, for_unit, tell_many
from huiyin.notices.models import Notice

Tells = Callable[[Happening], Iterable[Notice]]
EXTENDING = {"extension": "extension", "parking": "parking"}


def tell_of_step(happening: Happening) -> None:
    """Tell those whom a step of a case concerns."""
    tells = STEPS.get(happening.arrow.step)
    if tells is not None:
        tell_many(list(tells(happening)))


def tell_of_application(application: Application, position: int, *, at: datetime) -> None:
    """Tell who must rule that something was asked for, or who asked what was ruled."""
    told = _asked if application.state == ApplicationState.OPEN else _ruled
    tell_many(list(told(application, f"{application.case.number}/{position}", at)))


def tell_of_part(
    code: str,
    part: Assignment,
    position: int,
    *,
    at: datetime,
    further: Mapping[str, object] | None = None,
) -> None:
    """Tell the unit asked for a part of it, or the unit that asked what became of it."""
    asked_by, case = part.asked_by, part.case
    if asked_by is None:
        return
    to_them = code in {"part.called", "part.handed_down"}
    facts: dict[str, object] = {"unit": asked_by if to_them else part.unit}
    if to_them:
        facts |= {"task": part.task, "due": part.due_at}
    elif code == "part.accepted":
        facts["due"] = part.due_at
    facts |= {name: said for name, said in (further or {}).items() if said is not None}
    key = f"{case.number}/{position}"
    reader = part.unit if to_them else asked_by
    tell_many([for_unit(code, reader, about=case.number, at=at, key=key, facts=facts)])


def tell_of_release(part: Assignment, position: int, *, at: datetime, reason: str) -> None:
    """Tell a unit that its part is needed no more."""
    about = part.case.number
    facts = {"reason": reason} if reason else {}
    key = f"{about}/{position}"
    tell_many([for_unit("part.released", part.unit, about=about, at=at, key=key, facts=facts)])


def tell_of_copy(part: Assignment, position: int, *, at: datetime) -> None:
    """Tell a unit that it has a copy of a case."""
    case = part.case
    if case.unit is None or case.due_at is None:
        return
    facts: dict[str, object] = {"unit": case.unit, "due": case.due_at}
    key = f"{case.number}/{position}"
    tell_many([for_unit("case.copied", part.unit, about=case.number, at=at, key=key, facts=facts)])


def _unit(happening: Happening, code: str, reader: Unit | None, /, **facts: object) -> list[Notice]:
    if reader is None:
        return []
    case, at = happening.case, happening.at
    return [for_unit(code, reader, about=case.number, at=at, key=_key(happening), facts=facts)]


def _resident(happening: Happening, code: str, **facts: object) -> list[Notice]:
    case, at = happening.case, happening.at
    if case.resident_id is None:
        return []
    return [for_resident(code, about=case.number, at=at, key=_key(happening), facts=facts)]


def _key(happening: Happening) -> str:
    return f"{happening.case.number}/{happening.position}"


def _sent(happening: Happening) -> list[Notice]:
    case = happening.case
    if case.due_at is None:
        return []
    told = _unit(happening, "case.dispatched", case.unit, due=case.due_at)
    application = happening.papers.application
    if application is not None and case.unit is not None:
        told += _unit(happening, "case.redispatched", application.unit, unit=case.unit)
    return told


def _recalled(happening: Happening) -> list[Notice]:
    application = happening.papers.application
    if application is None:
        return []
    return _unit(happening, "case.returned", happening.case.intake_unit)


def _reopened(happening: Happening) -> list[Notice]:
    case = happening.case
    if case.due_at is None:
        return []
    facts: dict[str, object] = {"round": case.round_number, "due": case.due_at}
    told = _unit(happening, "case.reopened", case.unit, **facts)
    told += _resident(happening, "case.reopened", **facts)
    if case.problem_since == happening.at:
        told += _unit(happening, "problem.escalated", case.intake_unit, rounds=case.round_number)
    return told


def _answered(happening: Happening) -> list[Notice]:
    told = _resident(happening, "case.answered")
    case = happening.case
    if case.found_by is not None:
        key = _key(happening)
        about, at = case.number, happening.at
        told.append(for_official("finding.answered", case.found_by, about=about, at=at, key=key))
    return told


def _closed(happening: Happening) -> list[Notice]:
    return _resident(happening, "case.closed") + _unit(
        happening, "case.closed", happening.case.unit
    )


def _redirected(happening: Happening) -> list[Notice]:
    return _resident(happening, "case.redirected", route=happening.papers.route)


def _transferred(happening: Happening) -> list[Notice]:
    papers = happening.papers
    facts: dict[str, object] = {"body": papers.body, "until": papers.until}
    if papers.reason.strip():
        facts["office"] = papers.reason
    return _resident(happening, "case.transferred", **facts)


def _outcome(happening: Happening) -> list[Notice]:
    return _resident(happening, "case.transfer_result", body=happening.case.body)


def _merged(happening: Happening) -> list[Notice]:
    parent = happening.case.parent
    return _resident(happening, "case.merged", parent=parent.number) if parent else []


def _split(happening: Happening) -> list[Notice]:
    parent = happening.papers.parent
    return _resident(happening, "case.split", parent=parent.number) if parent else []


def _withdrawn(happening: Happening) -> list[Notice]:
    return _unit(happening, "case.withdrawn", happening.case.unit)


STEPS: dict[str, Tells] = {
    "dispatch": _sent,
    "redispatch": _sent,
    "return": _recalled,
    "reopen": _reopened,
    "reopen_closed": _reopened,
    "answer_at_once": _answered,
    "answer": _answered,
    "answer_directly": _answered,
    "answer_parked": _answered,
    "answer_with_parent": _answered,
    "close": _closed,
    "redirect": _redirected,
    "transfer": _transferred,
    "report_outcome": _outcome,
    "merge": _merged,
    "split": _split,
    "withdraw": _withdrawn,
}


def _asked(application: Application, key: str, at: datetime) -> Iterable[Notice]:
    code = ASKED.get(application.kind)
    if code is None:
        return
    case, part = application.case, application.part
    facts: dict[str, object] = {
        "unit": application.unit,
        "ground": application.ground,
        "due": application.rule_by,
    }
    until = _until(application)
    if until is not None:
        facts["until"] = until
    asking = part.asked_by if part is not None else None
    reader = ruler_between(asking, application.unit) if asking else case.intake_unit
    yield for_unit(code, reader, about=case.number, at=at, key=key, facts=facts)


def _ruled(application: Application, key: str, at: datetime) -> Iterable[Notice]:
    case, unit = application.case, application.unit
    facts: dict[str, object]
    if application.kind in EXTENDING:
        granted = application.state == ApplicationState.GRANTED
        code = f"{EXTENDING[application.kind]}.{'granted' if granted else 'refused'}"
        facts = {"due": case.due_at, "reason": application.ruling_words}
        if granted:
            facts = {"until": _until(application), "ground": application.ground}
            if case.resident_id is not None:
                yield for_resident(code, about=case.number, at=at, key=key, facts=facts)
        yield for_unit(code, unit, about=case.number, at=at, key=key, facts=facts)
    elif application.kind in RULED:
        facts = {"ruling": application.ruling, "reason": application.ruling_words}
        part = application.part
        if part is not None:
            facts["unit"] = unit
        code = RULED[application.kind]
        yield for_unit(code, unit, about=case.number, at=at, key=key, facts=facts)
        if part is not None and part.asked_by is not None:
            yield for_unit(code, part.asked_by, about=case.number, at=at, key=key, facts=facts)


def _until(application: Application) -> datetime | None:
    said = application.asked.get("until")
    return datetime.fromisoformat(said) if said else None


ASKED = {
    "objection": "objection.filed",
    "extension": "extension.asked",
    "parking": "parking.asked",
    "part_refusal": "part.refused",
}
RULED = {"objection": "objection.ruled", "part_refusal": "part.refusal_ruled"}
