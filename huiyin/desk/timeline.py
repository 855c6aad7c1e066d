"""The logbook of a case as a timeline: what happened, by whom, with which words and hash mark."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from huiyin.cases.models import Channel, Satisfaction
from huiyin.cases.rules import RESIDENT
from huiyin.counting.exclusions.models import Found
from huiyin.departments.models import Official, Post, Unit
from huiyin.desk.words import DONE, ENTRIES, WRITTEN, WRITTEN_IN
from huiyin.followup.models import Ground, Result
from huiyin.followup.rules import OWN_WORDS
from huiyin.inspection.models import Rung, Trigger
from huiyin.logbook.queries import Line

# Units by their number and by their code.
Names: TypeAlias = dict[int | str, str]
MARK = 8
# The opening words stand at the head of the page already.
AT_THE_HEAD = {"title", "text", "address"}
# Notes stand in a part of their own, for those who may read them.
ELSEWHERE = {"note"}


@dataclass(frozen=True)
class Event:
    """One entry as the timeline shows it."""

    position: int
    at: datetime
    title: str
    who: str
    where: str
    facts: list[str]
    words: list[tuple[str, str]]
    erased: bool
    mark: str


def people_in(lines: Iterable[Line]) -> QuerySet[Official]:
    """The officials who acted in these entries."""
    keys = {line.official_id for line in lines if line.official_id}
    return Official.objects.filter(pk__in=keys).only("pk", "name")


def events_of(
    lines: list[Line], units: Iterable[Unit], officials: Iterable[Official]
) -> list[Event]:
    """Tell entries in words, the latest first; of units only these may be named in them."""
    people = {official.pk: official for official in officials}
    named: Names = {}
    for unit in units:
        named[unit.pk] = named[unit.code] = str(unit)
    return [_event(line, people, named) for line in reversed(lines)]


def _event(line: Line, people: dict[int, Official], units: Names) -> Event:
    return Event(
        position=line.position,
        at=line.at,
        title=_title(line),
        who=_who(line, people),
        where=units.get(line.unit_id, "") if line.unit_id else "",
        facts=list(_facts(line.details, units)),
        words=[
            (_heading(line, name), str(text))
            for name, text in line.words.items()
            if not (line.position == 0 and name in AT_THE_HEAD) and name not in ELSEWHERE
        ],
        erased=line.words_erased,
        mark=line.hash[:MARK],
    )


def _heading(line: Line, name: str) -> str:
    return str(WRITTEN_IN.get((line.code, name)) or WRITTEN.get(name) or name)


def _title(line: Line) -> str:
    if line.code == "call_back.noted" and line.details.get("via") in OWN_WORDS:
        return _("The resident rated the answer")
    if line.code == "case.moved":
        return str(DONE.get(line.details.get("step", ""), ENTRIES[line.code]))
    return str(ENTRIES.get(line.code, line.code))


def _who(line: Line, people: dict[int, Official]) -> str:
    if line.official_id is not None:
        official = people.get(line.official_id)
        return official.name if official else _("an official no longer known")
    if line.by_label == RESIDENT:
        return _("the resident")
    kind, _colon, name = line.by_label.partition(":")
    if kind == "import":
        return _("brought in from %(source)s") % {"source": name} if name else _("brought in")
    return _("the system") if kind == "system" else line.by_label


def _facts(details: dict[str, Any], units: Names) -> Iterator[str]:
    if details.get("channel") in Channel.values:
        yield str(Channel(details["channel"]).label)
    if details.get("post") in Post.values:
        yield str(Post(details["post"]).label)
    if details.get("step") in {"dispatch", "reopen", "reopen_closed"}:
        yield from _sending(details, units)
    if "followed" in details:
        yield _("version %(number)d") % {"number": details["version"]}
        if not details["followed"]:
            yield _("the dispatcher chose otherwise")
    if "would_take" in details:
        yield _("would take it") if details["would_take"] else _("not theirs")
    yield from _parts(details, units)
    if details.get("rung") in Rung.values:
        yield str(Rung(details["rung"]).label)
    if details.get("trigger") in Trigger.values:
        yield str(Trigger(details["trigger"]).label)
    yield from _asked(details)
    yield from _counted(details)


def _asked(details: dict[str, Any]) -> Iterable[str]:
    """What came of asking the resident, and what was judged."""
    if "reached" in details and not details["reached"]:
        result = str(details.get("result") or "")
        known = result in Result.values and result != Result.NO_ANSWER
        yield str(Result(result).label) if known else _("nobody was reached")
    if details.get("contacted") is not None:
        yield _("the unit was in touch") if details["contacted"] else _("the unit was not in touch")
    if details.get("solved") is not None:
        yield _("solved") if details["solved"] else _("not solved")
    if details.get("satisfied") in Satisfaction.values:
        yield str(Satisfaction(details["satisfied"]).label)
    if details.get("reasonable") is False and details.get("ground") in Ground.values:
        yield str(Ground(details["ground"]).label)


def _counted(details: dict[str, Any]) -> Iterable[str]:
    """What was ruled on a paper on what counts, and what its re-check found."""
    if "granted" in details:
        yield _("granted") if details["granted"] else _("refused")
    if details.get("found") in Found.values:
        yield str(Found(details["found"]).label)


def _sending(details: dict[str, Any], units: Names) -> Iterable[str]:
    if details.get("lead"):
        yield units.get(details["lead"], details["lead"])
    if details.get("round", 1) > 1:
        yield _("round %(number)d") % {"number": details["round"]}
    due = parse_datetime(details.get("due") or "")
    if due is not None:
        yield _("due %(moment)s") % {"moment": date_format(localtime(due), "Y-m-d H:i")}


def _parts(details: dict[str, Any], units: Names) -> Iterable[str]:
    """Which units a step with a part concerns, and whether one came late."""
    codes = [details.get("to"), details.get("of"), *(details.get("called") or ())]
    yield from (units[code] for code in codes if code in units)
    if details.get("late"):
        yield _("late")
