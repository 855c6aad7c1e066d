"""What a unit's page shows: facts in words and rows, shortened to one of `LEVELS`.

Nothing is reckoned here but shares and differences; `brief.typ` sets it as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from huiyin.reports.brief import BriefFacts, Counted
from huiyin.reports.months import MonthRow, month_bounds
from huiyin.reports.wording import hours, share, shortened


@dataclass(frozen=True)
class Level:
    """How many rows and sentences, and how wide a title, a page of this level has."""

    categories: int
    rows: int
    title: int
    sentences: int


# A name within a sentence, in Latin characters; names in tables are cut where they are set.
NAME = 60
WIDEST = 100
# The last level always fits.
LEVELS = (
    Level(categories=12, rows=10, title=240, sentences=7),
    Level(categories=10, rows=8, title=120, sentences=7),
    Level(categories=8, rows=6, title=80, sentences=6),
    Level(categories=6, rows=4, title=60, sentences=5),
    Level(categories=4, rows=2, title=40, sentences=3),
)


def layout(facts: BriefFacts, *, level: Level) -> dict[str, Any]:
    """Everything that the page shows, as `brief.typ` reads it."""
    month = _month(facts)
    return {
        "lang": "en" if _reads_english() else "zh",
        "city": str(facts.city),
        "unit": shortened(str(facts.unit), level.title),
        "month": month,
        "document": _("%(unit)s, %(month)s") % {"unit": facts.unit, "month": month},
        "kind": _("%(city)s: the month on one page")
        % {"city": shortened(str(facts.city), level.title)},
        "as_of": _("as it stands on %(at)s") % {"at": f"{facts.as_of:%Y-%m-%d %H:%M}"},
        "none": _("none"),
        "figures": _figures(facts.now.total, facts.before.total),
        "words": _sentences(facts)[: level.sentences],
        "chart": _chart(facts),
        "map": _map(facts),
        "categories": _counts(_("What it was about"), facts.categories, level.categories, facts),
        "below": _below(facts, level),
        "late": _late(facts, level),
        "notes": {"title": _("How it is counted"), "text": _run_on(_notes(facts))},
        "foot": _("回音 huiyin: no personal data on this page"),
    }


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")


def _run_on(sentences: list[str]) -> str:
    """Sentences one after the other; Chinese has no space between them."""
    return (" " if _reads_english() else "").join(sentences)


def _month(facts: BriefFacts) -> str:
    start, _end = month_bounds(facts.month, _zone(facts))
    return date_format(start, "YEAR_MONTH_FORMAT")


def _zone(facts: BriefFacts) -> Any:
    return facts.as_of.tzinfo


def _figures(now: MonthRow, before: MonthRow) -> list[dict[str, str]]:
    received = now.received
    shown: list[tuple[str, Callable[[MonthRow], str], str]] = [
        (_("received"), lambda row: f"{row.received:,}", ""),
        (_("answered"), lambda row: f"{row.answered:,}", share(now.answered, received)),
        (_("closed"), lambda row: f"{row.closed:,}", share(now.closed, received)),
        (
            _("share on time"),
            lambda row: share(row.on_time, row.decided),
            f"{now.on_time:,} / {now.decided:,}",
        ),
        (_("overdue"), lambda row: f"{row.overdue:,}", share(now.overdue, received)),
        (_("reopened"), lambda row: f"{row.reopened:,}", share(now.reopened, received)),
        (_("median hours"), lambda row: hours(row.median_hours), _("to closing")),
    ]
    return [
        {
            "label": label,
            "value": value(now),
            "part": part,
            "before": _("before: %(value)s") % {"value": value(before)},
        }
        for label, value, part in shown
    ]


def _chart(facts: BriefFacts) -> dict[str, Any]:
    return {
        "title": _("Received by day"),
        "days": [
            {
                "day": day.day,
                "rest": day.weekday >= 5,
                "received": day.received,
                "closed": day.closed,
            }
            for day in facts.days
        ],
        "closed": _("closed by now"),
        "open": _("still open"),
        "rest": _("Saturday and Sunday"),
        "alt": _("Cases received on each day of the month, and how many of them are closed."),
    }


def _map(facts: BriefFacts) -> dict[str, Any]:
    drawing, said = facts.drawing, []
    if not drawing.svg:
        said.append(_("No case has a point, and the city has no boundaries yet: nothing to draw."))
    else:
        said.append(
            ngettext("%(count)d case is drawn.", "%(count)d cases are drawn.", drawing.drawn)
            % {"count": drawing.drawn}
        )
        if drawing.drawn:
            sentence = _("Points stand on a grid of %(metres)d m; a larger dot is several cases.")
            said.append(sentence % {"metres": drawing.grid_metres})
        if not drawing.has_outlines:
            said.append(_("The city has no boundaries yet; the frame holds nearly all points."))
    if drawing.outside:
        said.append(_("Outside the picture: %(count)d.") % {"count": drawing.outside})
    if drawing.svg and drawing.without_point:
        sentence = _("Not drawn, without a point or confidential: %(count)d.")
        said.append(sentence % {"count": drawing.without_point})
    return {
        "title": _("Where"),
        "svg": drawing.svg,
        "width": drawing.width,
        "height": drawing.height,
        "legend": _run_on(said),
        "alt": _("A map sketch with a dot for each place where cases were received."),
    }


def _counts(title: str, rows: list[Counted], most: int, facts: BriefFacts) -> dict[str, Any]:
    whole = facts.now.total.received
    return {
        "title": title,
        "head": [_("received"), _("share"), _("month before")],
        "rows": [
            {
                "name": row.name[:WIDEST],
                "bar": row.count,
                "cells": [f"{row.count:,}", share(row.count, whole), f"{row.before:,}"],
            }
            for row in rows[:most]
        ],
    }


def _below(facts: BriefFacts, level: Level) -> dict[str, Any]:
    """The units that lead the cases, or where one unit leads all of them, the places."""
    if len(facts.now.rows) < 2:
        return _counts(_("By place"), facts.places, level.rows, facts)
    return {
        "title": _("By unit"),
        "head": [_("received"), _("share on time"), _("overdue")],
        "rows": [
            {
                "name": row.label[:WIDEST],
                "bar": row.received,
                "cells": [
                    f"{row.received:,}",
                    share(row.on_time, row.decided),
                    f"{row.overdue:,}",
                ],
            }
            for row in facts.now.rows[: level.rows]
        ],
    }


def _late(facts: BriefFacts, level: Level) -> dict[str, Any]:
    rows = facts.late[: level.rows]
    more = facts.late_count - len(rows)
    return {
        "title": _("Overdue and still open"),
        "head": [_("number"), _("matter"), _("days late")],
        "rows": [
            {
                "number": late.number,
                "matter": late.category[:WIDEST],
                "place": late.place[:WIDEST],
                "days": str(late.days) if late.days else "<1",
            }
            for late in rows
        ],
        "more": ngettext("… and %(count)d more.", "… and %(count)d more.", more) % {"count": more}
        if more > 0
        else "",
    }


def _sentences(facts: BriefFacts) -> list[str]:
    now = facts.now.total
    found = [] if facts.is_over else [_("The month is not over yet; later figures will differ.")]
    if not now.received:
        return [*found, _("No case of this month is led here."), *_still_open(facts)]
    return [*found, *_volume(facts), *_verdicts(now), *_matters(facts), *_still_open(facts)]


def _volume(facts: BriefFacts) -> list[str]:
    now, before = facts.now.total.received, facts.before.total.received
    if not before:
        sentence = ngettext(
            "%(count)s case was received, none in the month before.",
            "%(count)s cases were received, none in the month before.",
            now,
        )
        return [sentence % {"count": f"{now:,}"}]
    sentence = ngettext(
        "%(count)s case was received, after %(before)s in the month before (%(percent)s).",
        "%(count)s cases were received, after %(before)s in the month before (%(percent)s).",
        now,
    )
    percent = f"{100 * (now - before) / before:+.0f}%".replace("-", "−")
    return [sentence % {"count": f"{now:,}", "before": f"{before:,}", "percent": percent}]


def _verdicts(now: MonthRow) -> list[str]:
    found = []
    if now.decided:
        found.append(
            _("Deadlines were kept in %(kept)s of the %(all)s cases where they are decided: "
              "%(share)s.")
            % {"all": f"{now.decided:,}", "kept": f"{now.on_time:,}",
               "share": share(now.on_time, now.decided)}
        )  # fmt: skip
    apart = [
        (now.not_yet_due, _("Not yet due: %(count)s.")),
        (now.withdrawn, _("Withdrawn in time: %(count)s.")),
        (now.without_deadline, _("Without a deadline: %(count)s.")),
    ]
    said = [sentence % {"count": f"{count:,}"} for count, sentence in apart if count]
    found += [_run_on(said)] if said else []
    if now.reopened:
        sentence = ngettext(
            "%(count)s case had to be worked again.",
            "%(count)s cases had to be worked again.",
            now.reopened,
        )
        found.append(sentence % {"count": f"{now.reopened:,}"})
    return found


def _matters(facts: BriefFacts) -> list[str]:
    if not facts.categories:
        return []
    first, received = facts.categories[0], facts.now.total.received
    sentence = _("The most frequent matter was %(name)s: %(count)s of %(all)s.")
    name = shortened(first.name, NAME)
    found = [sentence % {"name": name, "count": f"{first.count:,}", "all": f"{received:,}"}]
    risen = max(facts.categories, key=lambda row: row.count - row.before)
    if risen.count > risen.before > 0:
        sentence = _("%(name)s rose most, from %(before)s to %(count)s.")
        counts = {"before": f"{risen.before:,}", "count": f"{risen.count:,}"}
        found.append(sentence % (counts | {"name": shortened(risen.name, NAME)}))
    return found


def _still_open(facts: BriefFacts) -> list[str]:
    found = []
    if facts.late_count:
        sentence = ngettext(
            "%(count)s case of this month is overdue and still open, the oldest for %(days)s days.",
            "%(count)s cases of this month are overdue and still open, "
            "the oldest for %(days)s days.",
            facts.late_count,
        )
        days = f"{facts.late[0].days:,}"
        found.append(sentence % {"count": f"{facts.late_count:,}", "days": days})
    if facts.late_ever > facts.late_count:
        sentence = _("With those of other months, %(count)s cases are overdue and open today.")
        found.append(sentence % {"count": f"{facts.late_ever:,}"})
    return found


def _notes(facts: BriefFacts) -> list[str]:
    start, end = month_bounds(facts.month, _zone(facts))
    span = {
        "first": f"{start:%Y-%m-%d}",
        "last": f"{end - timedelta(days=1):%Y-%m-%d}",
        "zone": str(_zone(facts)),
        "at": f"{facts.as_of:%Y-%m-%d %H:%M}",
    }
    whose = (
        _("Counted: all cases of the city received from %(first)s to %(last)s (%(zone)s), as they "
          "stood on %(at)s; the month before likewise.")
        if facts.unit.pk == facts.city.pk
        else _("Counted: cases received from %(first)s to %(last)s (%(zone)s) that this unit or "
               "one below it leads, as they stood on %(at)s; the month before likewise.")
    )  # fmt: skip
    return [
        whose % span,
        _("Answered: answered at least once."),
        _("Closed: called back and closed."),
        _("Share on time: on time divided by on time and overdue together."),
        _("On time: every round with a deadline was answered by it."),
        _("Overdue: a round was answered after its deadline, or waited beyond it."),
        _("In neither: cases not yet due, withdrawn in time, or without a deadline."),
        _("Reopened: worked in a second round or more."),
        _("Median hours: from receipt to closing, of the closed cases."),
        _("Overdue and still open: of this month, the longest overdue first."),
    ]
