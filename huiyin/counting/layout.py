"""The columns of a table of rates, the same on pages, in print and in files.

    承办单位 | 受理量 | 办结量 | 有效回访 | 联系数 | 解决数 | 满意数 | 基本满意
    | 响应率 | 解决率 | 满意率 | 综合成绩

Beside them always stands what is excluded and whom nobody could ask yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from huiyin.counting.rates import GroupTable, Row, Table
from huiyin.counting.rules import Caliber, Denominator
from huiyin.counting.tally import Tally

NOTHING = "–"
SIDES = {
    "net": gettext_lazy("without exclusions"),
    "all": gettext_lazy("with exclusions"),
}
DENOMINATORS = {
    Denominator.VALID_CALL_BACKS: gettext_lazy("valid call-backs"),
    Denominator.CALL_BACKS: gettext_lazy("asked"),
    Denominator.CLOSED: gettext_lazy("closed, with a word"),
    Denominator.ANSWERED: gettext_lazy("answered, with a word"),
    Denominator.RECEIVED: gettext_lazy("received, with a word"),
}
WORDS = {
    "responded": gettext_lazy("contacted"),
    "solved": gettext_lazy("solved"),
    "satisfied": gettext_lazy("satisfied"),
    "basically": gettext_lazy("basically satisfied"),
}
VOLUME = {
    "received": gettext_lazy("received"),
    "closed": gettext_lazy("closed"),
}
BESIDE = {
    "excluded": gettext_lazy("excluded"),
    "waiting": gettext_lazy("not yet callable"),
    "not_reached": gettext_lazy("asked in vain"),
}


@dataclass(frozen=True)
class Column:
    """One column: its figure, its heading, and whether it is a rate."""

    figure: str
    heading: str | Promise
    is_rate: bool = False


@dataclass(frozen=True)
class Figure:
    """What stands in a cell: the text, the number for programs, and what was divided by what."""

    text: str
    number: int | Decimal | None
    of: str = ""


def columns_of(caliber: Caliber) -> list[Column]:
    """The columns that are shown twice: without exclusions and with them."""
    counts = [Column("n", DENOMINATORS[caliber.denominator])]
    counts += [Column(name, heading) for name, heading in WORDS.items()]
    rates = [Column(part.code, named(part.name, part.name_en), True) for part in caliber.parts]
    return [*counts, *rates, Column("", gettext_lazy("composite score"), True)]


def count_of(tally: Tally, figure: str) -> int:
    """One of the counts of a tally."""
    counts = {
        "n": tally.n,
        "responded": tally.responded,
        "solved": tally.solved,
        "satisfied": tally.satisfied,
        "basically": tally.basically,
    }
    return counts[figure]


def figure_of(tally: Tally, column: Column) -> Figure:
    """What stands in a column; no rate is given without what it was divided by."""
    if not column.is_rate:
        count = count_of(tally, column.figure)
        return Figure(f"{count:,}", count)
    if not column.figure:
        score = tally.shown_score
        return Figure(NOTHING if score is None else str(score), score)
    percent = tally.shown_rates[column.figure]
    if percent is None:
        return Figure(NOTHING, None)
    of = f"{tally.credit_of(column.figure).normalize():f}/{tally.n_of(column.figure)}"
    return Figure(f"{percent}%", percent, of)


def volumes_of(row: Row) -> dict[str, int]:
    """The counts that are not divided by, as they stand beside both sides."""
    return {
        "received": row.received,
        "closed": row.closed,
        "excluded": row.excluded_n,
        "waiting": row.waiting_n,
        "not_reached": row.not_reached_n,
    }


def label_of(row: Row, *, is_total: bool = False) -> str:
    """What a row is called."""
    if row.unit is not None:
        return str(row.unit)
    return _("all together") if is_total else _("led by no unit")


def place_of(row: Row) -> str:
    """The place of a row, or why it has none."""
    if row.rank is not None:
        return str(row.rank)
    return str(WHY_NOT.get(row.not_rated, ""))


WHY_NOT = {
    "zero": gettext_lazy("not rated"),
    "few": gettext_lazy("too few"),
}


def named(name: str, name_en: str) -> str:
    """A name of a caliber, a part or a group for the reader."""
    return name_en if name_en and (get_language() or "").startswith("en") else name


def lines_of(table: Table) -> Iterator[tuple[GroupTable | None, Row, bool]]:
    """Every row in order: of which group it is, and whether it is its last one."""
    for group in table.groups:
        yield from ((group, row, False) for row in group.rows)
        yield group, group.total, True
    for row in table.outside:
        yield None, row, False
    if table.unled is not None:
        yield None, table.unled, False


def flat_heads(caliber: Caliber) -> list[str]:
    """The headings of a flat file: the volumes, then every column without and with exclusions."""
    columns = columns_of(caliber)
    heads = [_("group"), _("code"), _("unit"), _("rank")]
    heads += [str(heading) for heading in [*VOLUME.values(), *BESIDE.values()]]
    for side in SIDES.values():
        heads += [f"{column.heading} ({side})" for column in columns]
    return heads


def flat_lines(table: Table) -> Iterator[list[object]]:
    """The rows of a flat file: numbers as numbers, rates in per cent."""
    columns = columns_of(table.caliber)
    for group, row, is_total in lines_of(table):
        line: list[object] = [
            named(group.name, group.name_en) if group else "",
            row.unit.code if row.unit else "",
            label_of(row, is_total=is_total),
            "" if is_total else place_of(row),
        ]
        volumes = volumes_of(row)
        line += [volumes[name] for name in [*VOLUME, *BESIDE]]
        for tally in (row.net, row.all):
            line += [figure_of(tally, column).number for column in columns]
        yield line
