"""Reading a caliber from its text, and writing it as text.

Everything is checked before anything is believed: words nobody knows, weights that do not add up
to 1, groups that overlap, windows that leave a gap. `WrongCaliber` holds all faults found.
"""

import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases.rules import RequestKind
from huiyin.counting import canonical
from huiyin.counting.calibers.lines import lines_of
from huiyin.counting.calibers.sheet import Fault, Sheet, Table, WrongCaliber, short
from huiyin.counting.calibers.spans import read_window
from huiyin.counting.rules import (
    DAILY,
    WEEKLY,
    Basis,
    Below,
    Caliber,
    Compared,
    Denominator,
    Event,
    Group,
    Half,
    Merged,
    Open,
    Part,
    RankedBy,
    RoundedWhen,
    Rounding,
    Rounds,
    Tie,
    Totals,
    Window,
    WindowKind,
    ZeroN,
)
from huiyin.departments.rules import UnitLevel
from huiyin.office.problems import WrongInput

CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
# Signs that an input method writes where TOML wants a plain one.
WIDE = {"\u201c": '"', "\u201d": '"', "\uff1d": "=", "\uff0c": ",", "\u3010": "[", "\u3011": "]"}
MOST_SIGNS = 60_000


def text_of(raw: bytes) -> str:
    """The text of a file; raises WrongInput where it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as broken:
        line = raw[: broken.start].count(b"\n") + 1
    facts = {"line": line, "encoding": _encoding(raw)}
    raise WrongInput(
        _(
            "Line %(line)d: the file is not UTF-8 text but looks like %(encoding)s; open it in an "
            "editor, save it as UTF-8 and send it again."
        )
        % facts
    )


def read_caliber(text: str) -> Caliber:
    """The caliber that a text states; raises WrongCaliber with a sentence for every fault."""
    return _read(text.replace("\r\n", "\n").removeprefix("\ufeff"))


def write_caliber(caliber: Caliber) -> str:
    """The canonical text of a caliber: reading it gives the same caliber again."""
    return canonical.written(caliber)


@lru_cache(maxsize=64)
def _read(text: str) -> Caliber:
    sheet = Sheet(lines_of(text))
    head = Table(sheet, _toml(text))
    caliber = _caliber(head)
    if sheet.faults:
        raise WrongCaliber(sheet.faults)
    return caliber


def _toml(text: str) -> dict[str, Any]:
    if len(text) > MOST_SIGNS:
        facts = {"most": MOST_SIGNS}
        raise WrongInput(_("A caliber has at most %(most)d signs; send only the caliber.") % facts)
    try:
        return tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as broken:
        found, lines = AT_LINE.search(str(broken)), text.splitlines()
        at = int(found[1]) if found else max(len(lines), 1)
        line = lines[at - 1] if at <= len(lines) else ""
        raise WrongCaliber([Fault(at, _not_toml(line, str(broken)))]) from None
    except RecursionError:
        raise WrongCaliber([Fault(1, _("Too many brackets stand inside each other."))]) from None


def _number(said: str) -> Decimal:
    try:
        return Decimal(said)
    except InvalidOperation:
        return Decimal("nan")


def _not_toml(line: str, broken: str) -> str:
    wide = next((sign for sign in line if sign in WIDE), "")
    if wide:
        facts = {"wide": wide, "plain": WIDE[wide]}
        return _("This line has the sign %(wide)s; write %(plain)s where it is no text.") % facts
    if "date" in broken.lower():
        return _("This is no day of the calendar; write a day such as 2026-01-31.")
    if "overwrite" in broken or "declare" in broken or "mutate" in broken:
        return _("This was said above already; keep one of the two.")
    return _('This line cannot be read; write it as word = "value" and check quotes and brackets.')


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return _("no text at all")
    return "GBK"


def _caliber(head: Table) -> Caliber:
    words: dict[str, Any] = {
        "code": _code(head),
        "name": head.text("name"),
        "name_en": head.text("name_en", owed=False),
        "source": head.text("source"),
        "source_en": head.text("source_en", owed=False),
        "valid_from": head.day("valid_from", owed=False),
        "unknown": head.texts("unknown", owed=False),
        "unknown_en": head.texts("unknown_en", owed=False),
        "window": _window(head, "window", owed=True),
        "daily": _window(head, "daily", owed=False) or DAILY,
        "weekly": _window(head, "weekly", owed=False) or WEEKLY,
        "parts": tuple(_part(table) for table in head.tables("part")),
        "groups": tuple(_group(table) for table in head.tables("group")),
    }
    words |= _counting(head) | _ranking(head) | _rest(head)
    head.finish()
    caliber = Caliber(**words)
    for check, areas in CHECKS:
        if not head.sheet.areas & areas:
            check(head, caliber)
    return caliber


def _code(table: Table) -> str:
    code = table.text("code")
    if code and not CODE.fullmatch(code):
        sentence = _(
            "The code %(code)s may hold only small letters, digits and hyphens, begins with a "
            "letter, and has at most 40 signs."
        )
        table.wrong("code", sentence % {"code": short(code)})
    return code


def _window(head: Table, name: str, *, owed: bool) -> Window | None:
    table = head.table(name, owed=owed)
    if table is None:
        return Window() if owed else None
    window = read_window(table)
    length = {"daily": 1, "weekly": 7}.get(name)
    if length and (window.kind != WindowKind.DAYS or window.length != length):
        facts = {"name": name, "length": length}
        sentence = _('[%(name)s] has kind = "days" and length = %(length)d.')
        table.wrong("kind", sentence % facts)
    return window


def _counting(head: Table) -> dict[str, Any]:
    table = head.table("counting") or Table(head.sheet, None, ("counting",))
    words = {
        "denominator": table.word("denominator", Denominator),
        "request_kinds": tuple(sorted(map(str, table.words("request_kinds", RequestKind)))),
        "merged": table.word("merged", Merged),
        "rounds": table.word("rounds", Rounds),
        "not_yet_callable": table.word("not_yet_callable", Open),
        "not_reached": table.word("not_reached", Open),
    }
    table.finish()
    return words


def _ranking(head: Table) -> dict[str, Any]:
    table = head.table("ranking") or Table(head.sheet, None, ("ranking",))
    words = {
        "ranked_by": table.word("ranked_by", RankedBy),
        "zero_n": table.word("zero_n", ZeroN),
        "min_n": table.number("min_n", 0, 100_000),
        "ties": table.words("ties", Tie),
        "totals": table.word("totals", Totals),
        "compared": table.word("compared", Compared),
        "below": table.word("below", Below),
    }
    table.finish()
    return words


def _rest(head: Table) -> dict[str, Any]:
    rounding = head.table("rounding") or Table(head.sheet, None, ("rounding",))
    outside = head.table("outside", owed=False) or Table(head.sheet, None, ("outside",))
    population = head.table("population", owed=False)
    words: dict[str, Any] = {
        "rounding": Rounding(
            digits=rounding.number("digits", 0, 6),
            rate_digits=rounding.number("rate_digits", 0, 6),
            when=rounding.word("when", RoundedWhen),
            half=rounding.word("half", Half),
        ),
        "outside_levels": _levels(outside, "levels", owed=False),
        "outside_units": tuple(sorted(outside.texts("units", owed=False))),
    }
    for table in (rounding, outside):
        table.finish()
    if population is not None:
        words["population"] = population.word("basis", Basis)
        population.finish()
    return words


def _part(table: Table) -> Part:
    part = Part(
        code=_code(table),
        name=table.text("name"),
        name_en=table.text("name_en", owed=False),
        weight=table.share("weight"),
        credit_rows=_credits(table),
    )
    table.finish()
    return part


def _credits(table: Table) -> tuple[tuple[Event, Decimal], ...]:
    rows = table.table("credits")
    if rows is None:
        return ()
    unknown = sorted(set(rows.said) - set(Event))
    if unknown:
        facts = {"event": short(unknown[0]), "known": ", ".join(Event)}
        sentence = _("%(event)s is no event; it may be: %(known)s.")
        table.wrong("credits", sentence % facts)
    return tuple((event, rows.share(event)) for event in sorted(set(Event) & set(rows.said)))


def _group(table: Table) -> Group:
    group = Group(
        code=_code(table),
        name=table.text("name"),
        name_en=table.text("name_en", owed=False),
        levels=_levels(table, "levels", owed=False),
        units=tuple(sorted(table.texts("units", owed=False))),
    )
    table.finish()
    return group


def _levels(table: Table, key: str, *, owed: bool) -> tuple[str, ...]:
    return tuple(sorted(map(str, table.words(key, UnitLevel, owed=owed))))


def _check_parts(head: Table, caliber: Caliber) -> None:
    if not caliber.parts:
        head.wrong("part", _("The score has no part; write at least one [[part]]."))
        return
    _once(head, "part", [part.code for part in caliber.parts])
    weights = sum((part.weight for part in caliber.parts), Decimal(0))
    if weights != 1:
        sentence = _("The weights of the parts add up to %(sum)s; they must add up to exactly 1.")
        head.sheet.wrong(("part", 0, "weight"), sentence % {"sum": weights})
    for at, part in enumerate(caliber.parts):
        if part.credit_rows and part.best != 1:
            facts = {"part": part.code, "best": part.best}
            sentence = _(
                "The best that a request can get in “%(part)s” is %(best)s; change its credits so "
                "that it is exactly 1. “satisfied” and “basically” never come together."
            )
            head.sheet.wrong(("part", at, "credits"), sentence % facts)
        if not part.credit_rows:
            sentence = _("“%(part)s” credits nothing; name an event, such as { solved = 1 }.")
            head.sheet.wrong(("part", at, "credits"), sentence % {"part": part.code})


def _check_groups(head: Table, caliber: Caliber) -> None:
    if not caliber.groups:
        head.wrong("group", _("No unit is ranked; write at least one [[group]]."))
    _once(head, "group", [group.code for group in caliber.groups])
    placed: dict[str, str] = {
        f"{kind}:{each}": "[outside]"
        for kind, known in (("levels", caliber.outside_levels), ("units", caliber.outside_units))
        for each in known
    }
    for at, group in enumerate(caliber.groups):
        if not group.levels and not group.units:
            sentence = _("The group “%(group)s” has neither levels nor units; name some.")
            head.sheet.wrong(("group", at), sentence % {"group": group.code})
        for kind, known in (("levels", group.levels), ("units", group.units)):
            for each in known:
                other = placed.setdefault(f"{kind}:{each}", f"“{group.code}”")
                if other != f"“{group.code}”":
                    facts = {"each": each, "other": other, "group": group.code}
                    sentence = _(
                        "“%(each)s” is in %(other)s and in “%(group)s”; a unit is ranked in one "
                        "group only, so take it out of one."
                    )
                    head.sheet.wrong(("group", at, kind), sentence % facts)


def _check_ranking(head: Table, caliber: Caliber) -> None:
    if caliber.zero_n == ZeroN.ZERO and caliber.min_n > 0:
        sentence = _(
            "A unit of which nothing was counted cannot be ranked with 0 where others with too "
            'few are not ranked at all; write min_n = 0, or zero_n = "not_rated".'
        )
        head.sheet.wrong(("ranking", "min_n"), sentence)


def _once(head: Table, kind: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for at, code in enumerate(codes):
        if code and code in seen:
            facts = {"kind": kind, "code": code}
            sentence = _("There are two [[%(kind)s]] with the code “%(code)s”; rename one.")
            head.sheet.wrong((kind, at, "code"), sentence % facts)
        seen.add(code)


# What is checked as a whole once its tables are right by themselves.
CHECKS = (
    (_check_parts, {"part"}),
    (_check_groups, {"group", "outside"}),
    (_check_ranking, {"ranking"}),
)
