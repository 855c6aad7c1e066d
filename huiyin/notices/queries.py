"""Reading notices: who a notice is for, how many are unseen, what a resident was told.

A notice to a unit is for those who hold its post there; where nobody holds that post, for
those who hold it at the nearest unit above. So nothing is told to an empty room, and a
supervisor of the whole city does not read the post of every street.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from huiyin.departments.access import reach_of
from huiyin.departments.models import Official, Unit
from huiyin.notices.facts import OFFICIAL, UNIT, Kind, Names
from huiyin.notices.models import Audience, Declined, Notice
from huiyin.notices.sentences import PLACEHOLDER
from huiyin.notices.words import LABELS, words_of

# Counting stops here: "99+" is enough to know.
COUNTED = 100
# `path` of a unit is '/1/5/23/'; '/1/5/' up to '/1/50' is this unit and all below it.
BOXES = """
    SELECT u.id AS unit_id, mine.post
    FROM unnest(%(posts)s::text[], %(paths)s::text[], %(ends)s::text[]) AS mine(post, path, upto)
    JOIN departments_unit u ON u.path ~>=~ mine.path AND u.path ~<~ mine.upto
    WHERE NOT EXISTS (
        SELECT FROM unnest(string_to_array(trim(BOTH '/' FROM u.path), '/')::bigint[]) AS above(id)
        JOIN departments_unit nearer ON nearer.id = above.id
            AND length(nearer.path) > length(mine.path)
        JOIN departments_postheld held ON held.unit_id = nearer.id AND held.post = mine.post
            AND (held.held_from IS NULL OR held.held_from <= %(today)s)
            AND (held.held_until IS NULL OR held.held_until >= %(today)s)
        JOIN departments_official who ON who.id = held.official_id AND who.is_active
    )
"""
UNSEEN = f"""
    SELECT count(*) FROM (
        (SELECT id FROM notices_notice
         WHERE audience = 'official' AND official_id = %(me)s AND seen_at IS NULL
         LIMIT %(most)s)
        UNION ALL
        (SELECT notice.id FROM (SELECT DISTINCT unit_id, post FROM ({BOXES}) AS box) AS mine
         JOIN notices_notice notice ON notice.unit_id = mine.unit_id AND notice.post = mine.post
         WHERE notice.audience = 'unit' AND notice.seen_at IS NULL
         LIMIT %(most)s)
    ) AS unseen
"""  # noqa: S608 - two constants of this module


@dataclass(frozen=True)
class Said:
    """One notice in the words of its reader."""

    notice: Notice
    sentence: str
    # What stands below the sentence: its heading and the words.
    details: list[tuple[Promise, str]]


def unseen_count(by: Official) -> int:
    """How many notices an official has not seen, counted up to a hundred; one query."""
    with connection.cursor() as cursor:
        cursor.execute(UNSEEN, {**_held(by), "me": by.pk, "most": COUNTED})
        return min(int(cursor.fetchone()[0]), COUNTED)


def notices_for(by: Official) -> QuerySet[Notice]:
    """What an official is told: their own notices, and those of the posts they hold at units."""
    with connection.cursor() as cursor:
        cursor.execute(BOXES, _held(by))
        boxes: dict[str, set[int]] = {}
        for unit, post in cursor.fetchall():
            boxes.setdefault(post, set()).add(unit)
    mine = Q(audience=Audience.OFFICIAL, official=by)
    for post, units in sorted(boxes.items()):
        mine |= Q(audience=Audience.UNIT, post=post, unit__in=sorted(units))
    return Notice.objects.filter(mine)


def notices_to_resident(number: str) -> QuerySet[Notice]:
    """What the resident of a case was told, the latest first."""
    told = Notice.objects.filter(audience=Audience.RESIDENT, about=number)
    return told.order_by("-at", "-pk")


def has_declined(about: str) -> bool:
    """Whether the resident of this case wants no messages."""
    return Declined.objects.filter(about=about).exists()


def _held(by: Official) -> dict[str, Any]:
    held = sorted(reach_of(by).held)
    today: date = timezone.localdate()
    return {
        "posts": [post for post, _path in held],
        "paths": [path for _post, path in held],
        "ends": [f"{path.removesuffix('/')}0" for _post, path in held],
        "today": today,
    }


def said(notices: Sequence[Notice], *, to_resident: bool = False) -> list[Said]:
    """Turn notices into words in the reader's language; at most two queries."""
    names = Names(
        Unit.objects.in_bulk(_mentioned(notices, UNIT)),
        Official.objects.in_bulk(_mentioned(notices, OFFICIAL)),
    )
    return [_said(notice, names, to_resident=to_resident) for notice in notices]


def _said(notice: Notice, names: Names, *, to_resident: bool) -> Said:
    words = words_of(notice.code)
    sentence = (words.resident if to_resident else None) or words.staff
    facts = {
        name: words.facts[name].said(kept, names)
        for name, kept in notice.facts.items()
        if name in words.facts
    }
    within = set(PLACEHOLDER.findall(str(sentence)))
    details = [
        (LABELS[name], fact)
        for name, fact in facts.items()
        if name in LABELS and name not in within and fact
        if not to_resident or name in words.for_resident
    ]
    return Said(notice, str(sentence) % {"about": notice.about, **facts}, details)


def _mentioned(notices: Iterable[Notice], kind: Kind) -> set[int]:
    return {
        notice.facts[name]
        for notice in notices
        for name, of in words_of(notice.code).facts.items()
        if of is kind and name in notice.facts
    }


def behind(notices: QuerySet[Notice], *, at: datetime, pk: int) -> QuerySet[Notice]:
    """Of a list that runs from the latest back, what comes after this notice."""
    return notices.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
