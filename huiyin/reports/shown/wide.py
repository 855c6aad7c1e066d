"""The wide table of a group: every unit with its numerators, denominators, rates and intervals."""

from django.utils.translation import gettext as _

from huiyin.reports.shown.parts import Cell, Grid
from huiyin.reports.shown.words import EVENTS, NOTHING, Contents, name_of, part_of, percent


def group_table(group: Contents, contents: Contents, *, about: str) -> Grid:
    """All units of a group, those with a place first, and their last row.

    The first line of a cell is the figure that ranks; the second, where something was excluded,
    the same figure the other way.
    """
    rows = [_row(row, contents) for row in group["rows"]]
    title = _("%(group)s · %(about)s") % {"group": name_of(group), "about": about}
    total = {"name": _("all together"), "interval": None, "places": None, **group["total"]}
    note = (
        _("A second line in grey is the figure with exclusions; where there is none, nothing was "
          "excluded and both are the same.")
        if contents["caliber"]["ranked_by"] == "net"
        else _("A second line in grey is the figure without exclusions; where there is none, "
               "nothing was excluded and both are the same.")
    )  # fmt: skip
    if not rows:
        return Grid(title, _heads(contents), [])
    return Grid(title, _heads(contents), [*rows, _row(total, contents)], note, has_total=True)


def events_of(contents: Contents) -> list[str]:
    """The events that the caliber credits, in the order in which they are asked."""
    credited = {event for part in contents["caliber"]["parts"] for event in part["credits"]}
    return [event for event in EVENTS if event in credited]


def _heads(contents: Contents) -> list[str]:
    return [
        _("unit"),
        _("received"),
        _("closed"),
        _("valid call-backs"),
        *(str(EVENTS[event]) for event in events_of(contents)),
        *(name_of(part) for part in contents["caliber"]["parts"]),
        _("composite score"),
        _("95% interval"),
        _("places"),
        _("excluded"),
        _("not yet callable"),
    ]


def _row(row: Contents, contents: Contents) -> list[Cell]:
    side = contents["caliber"]["ranked_by"]
    other = "all" if side == "net" else "net"
    own, also = row[side], row[other]
    has_both = bool(row["excluded_n"])

    def count(name: str) -> Cell:
        return Cell(f"{own[name]:,}", f"{also[name]:,}" if has_both else "")

    rates = [
        Cell(
            percent(part_of(own, part["code"])["rate"]),
            percent(part_of(also, part["code"])["rate"]) if has_both else "",
        )
        for part in contents["caliber"]["parts"]
    ]
    return [
        Cell(name_of(row)),
        Cell(f"{row['received']:,}"),
        Cell(f"{row['closed']:,}"),
        count("n"),
        *(count(event) for event in events_of(contents)),
        *rates,
        Cell(own["score"] or NOTHING, (also["score"] or NOTHING) if has_both else ""),
        Cell("–".join(row["interval"]) if row["interval"] else NOTHING),
        _places(row),
        Cell(f"{row['excluded_n']:,}"),
        Cell(f"{row['waiting_n']:,}"),
    ]


def _places(row: Contents) -> Cell:
    """Between which places a unit lies; why it has none, where it is not rated."""
    why = {"zero": _("nothing counted"), "few": _("too few")}
    if row["places"]:
        return Cell(f"{row['places'][0]}–{row['places'][1]}")
    return Cell(why.get(row.get("not_rated", ""), ""))
