"""What a report shows in one language: cards, sentences, tables and notes, the same in every form.

Everything comes from the contents as they were issued; nothing is counted here. A page, a PDF and
a text document set these parts each in its own way.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.reports.shown.notes import notes_of
from huiyin.reports.shown.parts import Card, Document, Grid, Issue
from huiyin.reports.shown.tables import grids
from huiyin.reports.shown.wide import group_table
from huiyin.reports.shown.words import (
    BEFORE,
    NOTHING,
    TITLES,
    Contents,
    also_words,
    change_words,
    moment,
    name_of,
    part_of,
    percent,
    reads_english,
    run_on,
    span_name,
    span_words,
)

MOST_CHANGES = 20


def document(contents: Contents, issue: Issue) -> Document:
    """Say contents in the active language."""
    zone, kind = contents["city"]["zone"], contents["kind"]
    at = moment(contents["as_of"], zone)
    return Document(
        language="en" if reads_english() else "zh-hans",
        city=name_of(contents["city"]),
        title=str(TITLES[kind]),
        name=span_name(kind, contents["window"]),
        window=_("%(span)s (%(zone)s)")
        % {"span": span_words(contents["window"], zone), "zone": zone},
        stand=_("Figures as known on %(at)s") % {"at": at},
        correction=list(_correction(contents, issue)),
        cards=_cards(contents),
        sentences=_sentences(contents),
        grids=[grid for grid in grids(contents) if grid.rows],
        wide=[grid for grid in _wide(contents) if grid.rows],
        notes=notes_of(contents),
        foot=_("Issue %(number)d · digest %(digest)s · no personal data, no resident's words")
        % {"number": issue.number + 1, "digest": issue.digest[:16] or NOTHING},
    )


def _correction(contents: Contents, issue: Issue) -> Iterator[str]:
    if issue.corrected_by is not None:
        sentence = _("This issue was corrected: read issue %(number)d instead.")
        yield sentence % {"number": issue.corrected_by + 1}
    if not issue.number:
        return
    yield _("Correction %(number)d. Reason: %(reason)s") % {
        "number": issue.number,
        "reason": issue.reason,
    }
    for path, old, new in issue.changed[:MOST_CHANGES]:
        words = change_words(path, contents)
        facts = {"figure": words, "old": old or NOTHING, "new": new or NOTHING}
        yield _("%(figure)s: %(old)s → %(new)s") % facts
    more = issue.changes - min(len(issue.changed), MOST_CHANGES)
    if more > 0:
        yield ngettext("… and %(count)d more.", "… and %(count)d more.", more) % {"count": more}


def _cards(contents: Contents) -> list[Card]:
    now, before = contents["total"]["now"], contents["total"]["before"]
    label = BEFORE[contents["kind"]]
    counts = {"received": _("received"), "closed": _("closed")}
    found = [
        Card(
            words, f"{now[name]:,}", before=_beside(label, f"{before[name]:,}" if before else None)
        )
        for name, words in counts.items()
    ]
    side = contents["caliber"]["ranked_by"]
    other = "all" if side == "net" else "net"
    for part in contents["caliber"]["parts"]:
        own, also = (part_of(now[which], part["code"]) for which in (side, other))
        words = f"{percent(also['rate'])} ({also['credit']} / {also['n']:,})"
        earlier = part_of(before[side], part["code"]) if before else None
        found.append(
            Card(
                label=name_of(part),
                value=percent(own["rate"]),
                part=f"{own['credit']} / {own['n']:,}",
                also=also_words(other, words),
                before=_beside(label, percent(earlier["rate"]) if earlier else None),
            )
        )
    found.append(
        Card(
            label=_("composite score"),
            value=now[side]["score"] or NOTHING,
            part=f"n = {now[side]['n']:,}",
            also=also_words(other, f"{now[other]['score'] or NOTHING} (n = {now[other]['n']:,})"),
            before=_beside(label, (before[side]["score"] or NOTHING) if before else None),
        )
    )
    return found


def _beside(label: object, value: str | None) -> str:
    return _("%(label)s: %(value)s") % {"label": label, "value": value or NOTHING}


def _sentences(contents: Contents) -> list[str]:
    found = [_volume(contents), *_changes(contents), _left_out(contents), _waits(contents)]
    if contents["categories"]["rows"]:
        found += _matters(contents["categories"]["rows"])
    return [sentence for sentence in found if sentence]


def _volume(contents: Contents) -> str:
    now, before = contents["total"]["now"], contents["total"]["before"]
    facts = {"received": f"{now['received']:,}", "closed": f"{now['closed']:,}"}
    said = [_("%(received)s requests were received and %(closed)s closed.") % facts]
    if before:
        days = (contents["window"]["days"], contents["before"]["days"])
        facts = {"label": str(BEFORE[contents["kind"]]), "before": f"{before['received']:,}"}
        sentence = _("Received in the %(label)s: %(before)s.")
        if days[0] != days[1]:
            # Windows of unequal length are set side by side per day.
            sentence = _("Per day: %(now)s; in the %(label)s: %(before)s.")
            facts |= {
                "now": f"{now['received'] / days[0]:,.1f}",
                "before": f"{before['received'] / days[1]:,.1f}",
            }
        said.append(sentence % facts)
    return run_on(said)


def _changes(contents: Contents) -> Iterator[str]:
    """Which rates rose or fell beyond chance; the others in one sentence."""
    words = {
        "higher": _("%(rate)s is higher than in the %(label)s, beyond chance."),
        "lower": _("%(rate)s is lower than in the %(label)s, beyond chance."),
    }
    names = {part["code"]: name_of(part) for part in contents["caliber"]["parts"]}
    label, unclear = BEFORE[contents["kind"]], []
    for row in contents["total"]["changes"]:
        if row["change"] in words:
            yield words[row["change"]] % {"rate": names[row["code"]], "label": label}
        elif row["change"] == "not_clear":
            unclear.append(names[row["code"]])
    if unclear:
        yield _("No change beyond chance: %(rates)s.") % {"rates": _(", ").join(unclear)}


def _left_out(contents: Contents) -> str:
    now = contents["total"]["now"]
    return _("Excluded: %(excluded)s; not yet callable: %(waiting)s; asked in vain: %(vain)s.") % {
        "excluded": f"{now['excluded_n']:,}",
        "waiting": f"{now['waiting_n']:,}",
        "vain": f"{now['not_reached_n']:,}",
    }


def _waits(contents: Contents) -> str:
    found, zone = contents["waiting"], contents["city"]["zone"]
    return _("Waiting for an answer on %(at)s: %(open)s, of these overdue: %(overdue)s.") % {
        "at": moment(contents["stands_at"], zone),
        "open": f"{found['open']:,}",
        "overdue": f"{found['overdue']:,}",
    }


def _matters(rows: list[Contents]) -> Iterator[str]:
    first = rows[0]
    name = name_of(first, without=_("without a category"))
    yield _("Most frequent: %(name)s (%(count)s).") % {"name": name, "count": f"{first['now']:,}"}
    risen = max(rows, key=lambda row: row["now"] - row["before"])
    if risen["now"] > risen["before"] > 0:
        yield _("Risen most: %(name)s, from %(before)s to %(now)s.") % {
            "name": name_of(risen, without=_("without a category")),
            "before": f"{risen['before']:,}",
            "now": f"{risen['now']:,}",
        }


def _wide(contents: Contents) -> Iterator[Grid]:
    kind = contents["kind"]
    for group in contents["groups"]:
        yield group_table(group, contents, about=span_name(kind, contents["window"]))
    if contents["period"]:
        name = _("assessment window %(name)s so far") % {
            "name": contents["period"]["window"]["name"]
        }
        for group in contents["period"]["groups"]:
            yield group_table(group, contents, about=name)
