"""Plans of the call-back as text: read, checked, adopted from a day on.

A file or form that says something unknown is refused by name, so that a typing error cannot
become a rule. What a plan leaves out is taken from the plain one.
"""

import hashlib
import hmac
import secrets
import tomllib
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from huiyin.cases.models import Category
from huiyin.cases.rules import Channel, RequestKind
from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import cities
from huiyin.followup.models import AdoptedPlan
from huiyin.followup.rules import PARTS, Linking, Plan, Result, Script, Share, Start
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, WrongInput

FOLDER = Path(__file__).resolve().parent / "presets"
PLAIN = "plain"
ABOUT = "call-back-plan"
# The least and the most of each number.
NUMBERS = {
    "link_hours": (1, 720),
    "tries": (1, 20),
    "days": (1, 10),
    "hours_between": (0, 72),
    "claim_minutes": (1, 120),
    "later_days": (1, 60),
}
WORDS = ("name", "name_en", "source", "source_en", "second_unit")
SHARE_WORDS = {"percent", "request_kind", "category", "channel"}
SCRIPT_WORDS = tuple(each.name for each in fields(Script))
KNOWN = {*NUMBERS, *WORDS, "start", "link", "final", "second_percent", "share", "script"}


@cache
def shipped_plans() -> dict[str, str]:
    """The text of each plan that comes with huiyin, by its code."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}


@lru_cache(maxsize=64)
def read_plan(text: str) -> Plan:
    """Read a plan; raises WrongInput in a sentence that names what is wrong."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise _wrong(_("it is not TOML: %(broken)s") % {"broken": broken}) from None
    _known_words(found, KNOWN)
    for word in ("name", "source"):
        if not str(found.get(word, "")).strip():
            raise _wrong(_("“%(word)s” is missing") % {"word": word})
    base = {} if text == shipped_plans()[PLAIN] else tomllib.loads(shipped_plans()[PLAIN])
    said: dict[str, Any] = {word: found.get(word, base.get(word)) for word in KNOWN}
    # Names are a plan's own.
    plain: dict[str, Any] = {word: str(found.get(word, "")) for word in WORDS}
    plain |= {word: _number(word, said[word]) for word in NUMBERS}
    return Plan(
        **plain,
        start=Start(_one_of("start", said["start"], Start)),
        link=Linking(_one_of("link", said["link"], Linking)),
        final=frozenset(_one_of("final", each, Result) for each in said["final"]),
        second_parts=_percent("second_percent", said["second_percent"]),
        shares=tuple(_share(row) for row in said["share"] or ()),
        scripts={language: _script(words) for language, words in said["script"].items()},
    )


@transaction.atomic
def adopt_plan(text: str, *, from_on: date, by: Official | None, at: datetime) -> AdoptedPlan:
    """Adopt a plan from a day on; earlier plans stay as they are, for what they drew."""
    if by is not None and not any(holds(by, Post.ADMINISTRATOR, city) for city in cities()):
        raise NotAllowed(_("Only an administrator of the city adopts a plan of the call-back."))
    plan = read_plan(text)
    _check_named(plan)
    if from_on < at.date() and by is not None:
        raise WrongInput(_("A plan begins today or later: what was drawn stays drawn."))
    row = AdoptedPlan.objects.create(
        valid_from=from_on,
        text=text,
        key=secrets.token_bytes(32),
        adopted_at=at,
        adopted_by=by,
    )
    record(
        "call_back.plan_adopted",
        about=ABOUT,
        by=by or "system:setup",
        at=at,
        plan=row.pk,
        valid_from=from_on.isoformat(),
        text=hashlib.sha256(text.encode()).hexdigest(),
        key=commitment(row),
    )
    return row


def plan_on(on: date) -> tuple[AdoptedPlan | None, Plan]:
    """The plan that holds on a day: the one adopted last among those that have begun."""
    rows = AdoptedPlan.objects.filter(valid_from__lte=on)
    row = rows.order_by("-valid_from", "-pk").first()
    return row, words_of(row)


def words_of(row: AdoptedPlan | None) -> Plan:
    """What a plan says; the plain one where none was adopted."""
    return read_plan(row.text if row is not None else shipped_plans()[PLAIN])


def key_of(row: AdoptedPlan | None) -> bytes:
    """The key that draws the samples of a plan."""
    if row is not None:
        return bytes(row.key)
    return hmac.digest(settings.SECRET_KEY.encode(), b"huiyin call-back sample", "sha256")


def commitment(row: AdoptedPlan) -> str:
    """The digest of a plan's key: shown at once, so that the key cannot be chosen afterwards."""
    return hashlib.sha256(bytes(row.key)).hexdigest()


def revealed_key(row: AdoptedPlan, *, on: date) -> str:
    """The key itself, once a later plan holds; until then it could tell whom nobody will ask."""
    since = row.valid_from
    later = Q(valid_from__gt=since) | Q(valid_from=since, pk__gt=row.pk)
    over = AdoptedPlan.objects.filter(later, valid_from__lte=on).exists()
    return bytes(row.key).hex() if over else ""


def _check_named(plan: Plan) -> None:
    codes = {share.category for share in plan.shares if share.category}
    unknown = codes - set(Category.objects.filter(code__in=codes).values_list("code", flat=True))
    if unknown:
        raise _wrong(_("there is no category “%(code)s”") % {"code": min(unknown)})
    if plan.second_unit and not Unit.objects.filter(code=plan.second_unit).exists():
        raise _wrong(_("there is no unit “%(code)s”") % {"code": plan.second_unit})


def _share(row: dict[str, Any]) -> Share:
    _known_words(row, SHARE_WORDS)
    kind, channel = row.get("request_kind", ""), row.get("channel", "")
    return Share(
        parts=_percent("percent", row.get("percent")),
        request_kind=_one_of("request_kind", kind, RequestKind) if kind else "",
        channel=_one_of("channel", channel, Channel) if channel else "",
        category=str(row.get("category", "")),
    )


def _script(words: dict[str, str]) -> Script:
    _known_words(words, set(SCRIPT_WORDS))
    return Script(**{word: str(words.get(word, "")) for word in SCRIPT_WORDS})


def _known_words(found: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(found) - known)
    if unknown:
        raise _wrong(_("it says “%(word)s”, which no plan knows") % {"word": unknown[0]})


def _number(word: str, value: object) -> int:
    least, most = NUMBERS[word]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        facts = {"word": word, "least": least, "most": most}
        raise _wrong(_("“%(word)s” is a whole number from %(least)d to %(most)d") % facts)
    return value


def _percent(word: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise _wrong(_("“%(word)s” is a number from 0 to 100") % {"word": word})
    return round(value * PARTS / 100)


def _one_of(word: str, value: object, known: type[StrEnum]) -> str:
    if value not in set(known):
        facts = {"word": word, "known": ", ".join(known)}
        raise _wrong(_("“%(word)s” is one of: %(known)s") % facts)
    return str(value)


def _wrong(what: str) -> WrongInput:
    return WrongInput(_("The plan cannot be adopted: %(what)s.") % {"what": what})
