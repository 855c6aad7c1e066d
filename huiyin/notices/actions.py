"""Telling a unit, an official or a resident what happened, once each.

Called inside the transaction of the step: a step that is rolled back tells nobody. The
same `key` told again to the same reader changes nothing. One round trip each time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.departments.models import Official, Post, Unit
from huiyin.notices.models import Audience, Declined, Notice, Outward
from huiyin.notices.queries import notices_for
from huiyin.notices.words import kept_facts, words_of
from huiyin.office.problems import NotFound

Facts = Mapping[str, object]
LONGEST_KEY = 200


def for_unit(
    code: str,
    unit: Unit,
    *,
    about: str,
    at: datetime,
    key: str,
    post: Post | str | None = None,
    facts: Facts | None = None,
) -> Notice:
    """Make a notice for those who hold a post at a unit; the code knows which post by default."""
    reader = str(post or words_of(code).post)
    return Notice(
        key=_key(f"{Audience.UNIT}:{unit.pk}:{reader}", key),
        code=code,
        about=about,
        audience=Audience.UNIT,
        unit_id=unit.pk,
        post=reader,
        facts=kept_facts(code, facts or {}),
        at=at,
    )


def for_official(
    code: str, official: Official, *, about: str, at: datetime, key: str, facts: Facts | None = None
) -> Notice:
    """Make a notice for one official."""
    return Notice(
        key=_key(f"{Audience.OFFICIAL}:{official.pk}", key),
        code=code,
        about=about,
        audience=Audience.OFFICIAL,
        official_id=official.pk,
        facts=kept_facts(code, facts or {}),
        at=at,
    )


def for_resident(
    code: str, *, about: str, at: datetime, key: str, facts: Facts | None = None
) -> Notice:
    """Make a notice for the resident of a case; it waits to go outward where a gateway is set."""
    if words_of(code).resident is None:
        raise LookupError(f"“{code}” has no sentence for residents: add one to notices/words.py.")
    return Notice(
        key=_key(f"{Audience.RESIDENT}:{about}", key),
        code=code,
        about=about,
        audience=Audience.RESIDENT,
        facts=kept_facts(code, facts or {}),
        at=at,
        outward=Outward.WAITING if settings.SMS_GATEWAY_URL else Outward.NONE,
    )


def tell_unit(
    code: str,
    unit: Unit,
    *,
    about: str,
    at: datetime,
    key: str,
    post: Post | str | None = None,
    facts: Facts | None = None,
) -> None:
    """Tell those who hold a post at a unit."""
    tell_many([for_unit(code, unit, about=about, at=at, key=key, post=post, facts=facts)])


def tell_official(
    code: str, official: Official, *, about: str, at: datetime, key: str, facts: Facts | None = None
) -> None:
    """Tell one official."""
    tell_many([for_official(code, official, about=about, at=at, key=key, facts=facts)])


def tell_resident(
    code: str, *, about: str, at: datetime, key: str, facts: Facts | None = None
) -> None:
    """Tell the resident of a case."""
    tell_many([for_resident(code, about=about, at=at, key=key, facts=facts)])


def tell_many(notices: Sequence[Notice]) -> None:
    """Tell many readers in one round trip; what was told already is left as it stands."""
    if notices:
        Notice.objects.bulk_create(notices, ignore_conflicts=True)


def see_notice(pk: int, *, by: Official, at: datetime) -> Notice:
    """Mark one notice as seen; for a unit, whoever sees it first has seen it for all."""
    notice = notices_for(by).filter(pk=pk).first()
    if notice is None:
        raise NotFound(_("There is no such notice for you."))
    Notice.objects.filter(pk=pk, seen_at=None).update(seen_at=at, seen_by=by)
    return notice


def see_all(*, upto: int, by: Official, at: datetime) -> int:
    """Mark as seen what was told until a notice the official has read; later ones stay unseen."""
    unseen = notices_for(by).filter(pk__lte=upto, seen_at=None)
    return unseen.update(seen_at=at, seen_by=by)


def decline_messages(about: str, *, at: datetime) -> None:
    """Send the resident of this case no more messages."""
    Declined.objects.bulk_create([Declined(about=about, at=at)], ignore_conflicts=True)


def want_messages(about: str) -> None:
    """Send the resident of this case messages again."""
    Declined.objects.filter(about=about).delete()


def _key(reader: str, key: str) -> str:
    whole = f"{reader}/{key}"
    if not key or len(whole) > LONGEST_KEY:
        raise ValueError(f"The key of a notice is empty or too long: “{whole}”.")
    return whole
