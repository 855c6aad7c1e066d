"""The tables on the first pages of a report: the assessment window, bands, matters, what waits."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from huiyin.reports.shown.parts import Cell, Grid
from huiyin.reports.shown.words import (
    BEFORE,
    NOTHING,
    Contents,
    also_words,
    moment,
    name_of,
    part_of,
    percent,
    run_on,
    span_words,
)

MOST_IN_BAND = 5


def grids(contents: Contents) -> Iterator[Grid]:
    """The tables in the order in which somebody with four minutes reads them."""
    if contents["period"]:
        yield _period(contents)
    period = contents["period"] or contents
    for group in period["groups"]:
        yield _bands(group, contents)
    rows, rest = contents["categories"]["rows"], contents["categories"]["rest"]
    counted = [
        _counted(name_of(row, without=_("without a category")), row, "now", "before")
        for row in rows
    ]
    if rest["now"] or rest["before"]:
        counted.append(_counted(_("all other matters"), rest, "now", "before"))
    heads = [_("received"), str(BEFORE[contents["kind"]])]
    yield Grid(_("What it was about"), [_("matter"), *heads], counted)
    names = ("now", "before", "open", "overdue")
    specials = [_counted(name_of(row), row, *names) for row in contents["specials"]]
    heads = [_("matter"), *heads, _("unanswered"), _("overdue")]
    yield Grid(_("Matters watched apart"), heads, specials, note=_stands_note(contents))
    late = contents["waiting"]
    rows = [
        _counted(name_of(row, without=_("led by no unit")), row, "open", "overdue")
        for row in late["units"]
    ]
    more = late["late_units"] - len(rows)
    note = _("Units not shown that have overdue requests: %(count)d.") % {"count": more}
    heads = [_("unit"), _("unanswered"), _("overdue")]
    yield Grid(_("Most overdue requests"), heads, rows, note=note if more > 0 else "")


def _stands_note(contents: Contents) -> str:
    at = moment(contents["stands_at"], contents["city"]["zone"])
    return _("Open and overdue as on %(at)s, of all windows.") % {"at": at}


def _counted(name: str, row: Contents, *columns: str) -> list[Cell]:
    return [Cell(name), *(Cell(f"{row[column]:,}") for column in columns)]


def _period(contents: Contents) -> Grid:
    """The assessment window so far beside the whole last one."""
    period, zone = contents["period"], contents["city"]["zone"]
    now, before = period["now"], period["before"]
    heads = [_("assessment window"), _("so far"), _("last window")]
    side = contents["caliber"]["ranked_by"]
    rows = [
        [Cell(words), *(Cell(f"{row[name]:,}" if row else NOTHING) for row in (now, before))]
        for name, words in (("received", _("received")), ("closed", _("closed")))
    ]
    for part in contents["caliber"]["parts"]:
        cells = [_rate_cell(row, side, part["code"]) for row in (now, before)]
        rows.append([Cell(name_of(part)), *cells])
    rows.append([Cell(_("composite score")), *(_score_cell(row, side) for row in (now, before))])
    until = moment(period["until"], zone)
    note = _("%(name)s: %(span)s; told until %(until)s.") % {
        "name": period["window"]["name"],
        "span": span_words(period["window"], zone),
        "until": until,
    }
    return Grid(_("The assessment window so far"), heads, rows, note=note)


def _rate_cell(row: Contents | None, side: str, code: str) -> Cell:
    if row is None:
        return Cell(NOTHING)
    other = "all" if side == "net" else "net"
    own, also = part_of(row[side], code), part_of(row[other], code)
    words = f"{percent(own['rate'])} ({own['credit']} / {own['n']:,})"
    return Cell(words, also_words(other, percent(also["rate"])))


def _score_cell(row: Contents | None, side: str) -> Cell:
    if row is None:
        return Cell(NOTHING)
    other = "all" if side == "net" else "net"
    words = f"{row[side]['score'] or NOTHING} (n = {row[side]['n']:,})"
    return Cell(words, also_words(other, row[other]["score"] or NOTHING))


def _bands(group: Contents, contents: Contents) -> Grid:
    """The first and the last band of a group; where there is one band, only that is said."""
    title = _("Bands: %(group)s") % {"group": name_of(group)}
    heads = [_("unit"), _("band"), _("composite score"), _("95% interval"), _("places"), "n"]
    rated = [row for row in group["rows"] if row["bands"]]
    count = len(group["ends"])
    least = contents["caliber"]["min_n"]
    others = len(group["rows"]) - len(rated)
    said = []
    if count > 1:
        said.append(_("The figures part the units into %(count)d bands.") % {"count": count})
    elif rated:
        said.append(_("The figures do not tell these units apart; no order is given."))
    if others:
        sentence = _("Not rated, with fewer than %(least)d counted: %(others)d of %(all)d units.")
        facts = {"least": max(least, 1), "others": others, "all": len(group["rows"])}
        said.append(sentence % facts)
    first = [row for row in rated if row["bands"] == [1, 1]]
    last = [row for row in rated if row["bands"] == [count, count]]
    rows = []
    if count > 1:
        rows += [_banded(row, contents) for row in first[:MOST_IN_BAND]]
        rows += [_banded(row, contents) for row in last[-MOST_IN_BAND:]]
    more = len(first) + len(last) - len(rows)
    if count > 1 and more > 0:
        said.append(_("Further units in these two bands: %(count)d.") % {"count": more})
    if said and not rows:
        # A sentence needs a row to stand in.
        return Grid(title, [title], [[Cell(run_on(said))]])
    return Grid(title, heads, rows, note=run_on(said))


def _banded(row: Contents, contents: Contents) -> list[Cell]:
    side = contents["caliber"]["ranked_by"]
    other = "all" if side == "net" else "net"
    low, high = row["interval"] or (NOTHING, NOTHING)
    also = also_words(other, row[other]["score"] or NOTHING) if row["excluded_n"] else ""
    return [
        Cell(name_of(row)),
        Cell(str(row["bands"][0])),
        Cell(row[side]["score"] or NOTHING, also),
        Cell(f"{low}–{high}"),
        Cell(f"{row['places'][0]}–{row['places'][1]}"),
        Cell(f"{row[side]['n']:,}"),
    ]
