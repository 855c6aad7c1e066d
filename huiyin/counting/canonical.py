"""The one way in which a caliber is written: TOML in a fixed order, every decision spelt out.

Two texts that say the same give the same canonical text, and so the same digest. A caliber comes
in as anything that has its words: `rules.py`, which defines them, asks here for its digest.
"""

from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

# A TOML string may hold every other sign as it is.
ESCAPED = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\b": "\\b",
    "\f": "\\f",
}


def written(caliber: Any) -> str:
    """A caliber as canonical TOML; what has no value is left out."""
    return "\n".join([*_head(caliber), *_decisions(caliber), *_parts(caliber), *_groups(caliber)])


def _head(caliber: Any) -> Iterator[str]:
    yield from _rows(
        code=caliber.code,
        name=caliber.name,
        name_en=caliber.name_en or None,
        source=caliber.source,
        source_en=caliber.source_en or None,
        valid_from=caliber.valid_from,
        unknown=caliber.unknown or None,
        unknown_en=caliber.unknown_en or None,
    )
    for name in ("window", "daily", "weekly"):
        yield from _table(name, _window(getattr(caliber, name)))


def _window(window: Any) -> Iterator[str]:
    kind = str(window.kind)
    yield from _rows(
        kind=kind,
        starts_at=window.starts_at,
        first_day=window.first_day if kind == "month_from_day" else None,
        length=window.length if kind == "days" else None,
        anchor=window.anchor if kind == "days" else None,
    )
    if kind == "listed":
        yield "periods = ["
        for period in window.periods:
            said = f"name = {_value(period.name)}, first = {period.first}, last = {period.last}"
            yield f"  {{ {said} }},"
        yield "]"


def _decisions(caliber: Any) -> Iterator[str]:
    yield from _table(
        "counting",
        _rows(
            denominator=caliber.denominator,
            request_kinds=tuple(sorted(caliber.request_kinds)),
            merged=caliber.merged,
            rounds=caliber.rounds,
            not_yet_callable=caliber.not_yet_callable,
            not_reached=caliber.not_reached,
        ),
    )
    yield from _table(
        "ranking",
        _rows(
            ranked_by=caliber.ranked_by,
            zero_n=caliber.zero_n,
            min_n=caliber.min_n,
            ties=caliber.ties,
            totals=caliber.totals,
            compared=caliber.compared,
            below=caliber.below,
        ),
    )
    rounding = caliber.rounding
    yield from _table(
        "rounding",
        _rows(
            digits=rounding.digits,
            rate_digits=rounding.rate_digits,
            when=rounding.when,
            half=rounding.half,
        ),
    )
    yield from _table(
        "outside",
        _rows(
            levels=tuple(sorted(caliber.outside_levels)), units=tuple(sorted(caliber.outside_units))
        ),
    )
    yield from _table("population", _rows(basis=caliber.population))


def _parts(caliber: Any) -> Iterator[str]:
    for part in caliber.parts:
        credit = [f"{event} = {_value(worth)}" for event, worth in sorted(part.credit_rows)]
        rows = _rows(
            code=part.code, name=part.name, name_en=part.name_en or None, weight=part.weight
        )
        yield from _table("part", [*rows, f"credits = {{ {', '.join(credit)} }}"], many=True)


def _groups(caliber: Any) -> Iterator[str]:
    for group in caliber.groups:
        rows = _rows(
            code=group.code,
            name=group.name,
            name_en=group.name_en or None,
            levels=tuple(sorted(group.levels)),
            units=tuple(sorted(group.units)),
        )
        yield from _table("group", rows, many=True)
    yield ""


def _table(name: str, rows: Iterable[str], *, many: bool = False) -> Iterator[str]:
    yield ""
    yield f"[[{name}]]" if many else f"[{name}]"
    yield from rows


def _rows(**values: object) -> Iterator[str]:
    for name, value in values.items():
        if value is not None:
            yield f"{name} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, str):
        return f'"{"".join(_sign(sign) for sign in value)}"'
    if isinstance(value, tuple):
        return f"[{', '.join(_value(each) for each in value)}]"
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _sign(sign: str) -> str:
    if sign in ESCAPED:
        return ESCAPED[sign]
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x20 or ord(sign) == 0x7F else sign


def _number(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return f"{value.quantize(Decimal(1)):f}" if whole else f"{value.normalize():f}"
