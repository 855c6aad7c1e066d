"""Plans of the reports as text: read, checked, adopted; the one adopted last holds.

What a plan says wrongly is refused by name, so that a typing error cannot silence a report.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases.models import Category
from huiyin.departments.models import Official, Unit
from huiyin.logbook.actions import record
from huiyin.office.problems import WrongInput
from huiyin.reports.issued.access import check_issuer
from huiyin.reports.issued.models import ReportPlan
from huiyin.reports.issued.rules import Kind

FILE = Path(__file__).resolve().parent / "plan.toml"
ABOUT = "report-plan"
KNOWN, SCHEDULE = {"schedule", "special"}, {*Kind, "wait_minutes"}
SPECIAL = {"code", "name", "name_en", "words", "categories"}
LEAST_WAIT, MOST_WAIT = 0, 1440
MOST_SPECIAL, LONGEST = 12, 40
# The longest text of a plan.
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Special:
    """A matter that is watched apart, by words in the names of categories and by their codes."""

    code: str
    name: str
    name_en: str
    words: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Which reports are issued by themselves, how long after their time, what they watch apart."""

    kinds: frozenset[Kind]
    wait: timedelta
    specials: tuple[Special, ...]
    digest: str


def shipped_plan() -> str:
    """The text of the plan that holds where a city adopted none: it issues nothing by itself."""
    return FILE.read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def read_plan(text: str) -> Plan:
    """Read a plan; raises WrongInput in a sentence that names what is wrong."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise _wrong(_("it is not TOML: %(broken)s") % {"broken": broken}) from None
    schedule = _table(found, "schedule")
    _known(found, KNOWN)
    _known(schedule, SCHEDULE)
    rows = found.get("special", [])
    if not isinstance(rows, list) or len(rows) > MOST_SPECIAL:
        raise _wrong(
            _("it watches at most %(most)d matters, each under [[special]]")
            % {"most": MOST_SPECIAL}
        )
    specials = tuple(_special(row) for row in rows)
    codes = [special.code for special in specials]
    if len(set(codes)) < len(codes):
        raise _wrong(_("two matters have the same code"))
    return Plan(
        kinds=frozenset(kind for kind in Kind if _flag(schedule, kind)),
        wait=timedelta(minutes=_wait(schedule)),
        specials=specials,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


@transaction.atomic
def adopt_plan(text: str, city: Unit, *, by: Official | str, at: datetime) -> ReportPlan:
    """Adopt a plan from now on; what was issued before stays as it is."""
    check_issuer(by, city)
    if len(text) > LONGEST_TEXT:
        raise _wrong(_("it is too long"))
    plan = read_plan(text)
    codes = {code for special in plan.specials for code in special.categories}
    unknown = codes - set(Category.objects.filter(code__in=codes).values_list("code", flat=True))
    if unknown:
        raise _wrong(_("there is no category “%(code)s”") % {"code": min(unknown)})
    official = None if isinstance(by, str) else by
    row = ReportPlan.objects.create(city=city, text=text, adopted_at=at, adopted_by=official)
    record(
        "report.plan_adopted", about=ABOUT, by=by, at=at, plan=row.pk, city=city.pk,
        text=plan.digest,
    )  # fmt: skip
    return row


def plan_of(city: Unit) -> tuple[ReportPlan | None, Plan]:
    """The plan that holds in a city now."""
    row = ReportPlan.objects.filter(city=city).order_by("-pk").first()
    return row, read_plan(row.text if row else shipped_plan())


def held_plan(city: Unit, *, at: datetime) -> ReportPlan:
    """The plan that holds now as a row, so that a report can name it for ever."""
    row, _plan = plan_of(city)
    return row or adopt_plan(shipped_plan(), city, by="system:reports", at=at)


def _table(found: dict[str, Any], name: str) -> dict[str, Any]:
    table = found.get(name)
    if not isinstance(table, dict):
        raise _wrong(_("“[%(word)s]” is missing") % {"word": name})
    return table


def _known(found: dict[str, Any], known: set[str]) -> None:
    for word in found:
        if word not in known:
            facts = {"word": word, "known": ", ".join(sorted(known))}
            raise _wrong(_("it says “%(word)s”; it may say: %(known)s") % facts)


def _flag(schedule: dict[str, Any], kind: Kind) -> bool:
    value = schedule.get(kind.value, False)
    if not isinstance(value, bool):
        raise _wrong(_("“%(word)s” is true or false") % {"word": kind.value})
    return value


def _wait(schedule: dict[str, Any]) -> int:
    value = schedule.get("wait_minutes", 60)
    if isinstance(value, bool) or not isinstance(value, int):
        value = -1
    if not LEAST_WAIT <= value <= MOST_WAIT:
        facts = {"word": "wait_minutes", "least": LEAST_WAIT, "most": MOST_WAIT}
        raise _wrong(_("“%(word)s” is a whole number from %(least)d to %(most)d") % facts)
    return int(value)


def _special(row: Any) -> Special:
    if not isinstance(row, dict):
        raise _wrong(_("each matter stands under its own [[special]]"))
    _known(row, SPECIAL)
    words, categories = (_texts(row, name) for name in ("words", "categories"))
    if not words and not categories:
        raise _wrong(_("a matter names “words” or “categories” by which it is found"))
    return Special(
        code=_text(row, "code"),
        name=_text(row, "name"),
        name_en=_text(row, "name_en", owed=False),
        words=words,
        categories=categories,
    )


def _text(row: dict[str, Any], word: str, *, owed: bool = True) -> str:
    value = row.get(word, "")
    if not isinstance(value, str) or len(value) > LONGEST or (owed and not value.strip()):
        facts = {"word": word, "most": LONGEST}
        raise _wrong(_("“%(word)s” is a text of at most %(most)d signs") % facts)
    return value.strip()


def _texts(row: dict[str, Any], word: str) -> tuple[str, ...]:
    value = row.get(word, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise _wrong(_("“%(word)s” is a list of texts") % {"word": word})
    return tuple(value)


def _wrong(what: str) -> WrongInput:
    return WrongInput(_("The plan of the reports cannot be adopted: %(what)s.") % {"what": what})
