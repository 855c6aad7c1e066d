"""Who holds which post where: a post reaches its unit and those below it, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from huiyin.departments.models import Official, Post, PostHeld, Unit

CITY_WIDE = "/"


@dataclass(frozen=True)
class Reach:
    """The posts of one official, read once: (post, path of the unit) pairs."""

    held: frozenset[tuple[str, str]]

    def holds(self, post: str, path: str) -> bool:
        """Whether the post is held at the unit with this path or above it."""
        return any(p == post and path.startswith(reach) for p, reach in self.held)

    def seat(self, path: str, posts: frozenset[str] | None = None) -> int | None:
        """The unit nearest to the one with this path at which one of the posts is held."""
        above = [
            reach
            for post, reach in self.held
            if path.startswith(reach) and (posts is None or post in posts)
        ]
        return int(max(above, key=len).split("/")[-2]) if above else None

    def paths(self, posts: frozenset[str]) -> list[str]:
        """The topmost units that these posts reach."""
        found = sorted({path for post, path in self.held if post in posts})
        return [p for p in found if not any(p != q and p.startswith(q) for q in found)]


def reach_of(by: Official, *, on: date | None = None) -> Reach:
    """Read the posts an official holds on a day, once for each official object."""
    known: Reach | None = getattr(by, "_reach", None)
    if known is not None and on is None:
        return known
    day = on or timezone.localdate()
    return keep_reach(by, posts_held(by.pk, on=day))


def posts_held(official_id: int, *, on: date) -> QuerySet[PostHeld]:
    """The posts an official holds on a day, with their units."""
    held = PostHeld.objects.filter(
        Q(held_from=None) | Q(held_from__lte=on), Q(held_until=None) | Q(held_until__gte=on)
    )
    rows = held.filter(official=official_id).select_related("unit")
    return rows.only("post", "official_id", "unit__path").order_by("pk")


def keep_reach(by: Official, held: Iterable[PostHeld]) -> Reach:
    """Keep what an official reaches with them: one read for each request."""
    reached = ((row.post, row.unit.path) for row in held) if by.is_active else ()
    reach = Reach(frozenset(reached))
    by._reach = reach  # type: ignore[attr-defined]  # noqa: SLF001 - read once, kept here
    return reach


def holds(by: Official, post: Post | str, unit: Unit) -> bool:
    """Whether the official holds the post at this unit or above it."""
    return reach_of(by).holds(str(post), unit.path)


def seat_of(
    by: Official | str, unit: Unit | None, *, posts: frozenset[str] | None = None
) -> int | None:
    """Where an official sits who acts for a unit: the unit of the post that reaches it."""
    if isinstance(by, str) or unit is None:
        return None
    return reach_of(by).seat(unit.path, posts)


def units_within(by: Official, posts: frozenset[str]) -> QuerySet[Unit]:
    """The units that an official reaches by any of these posts."""
    paths = reach_of(by).paths(posts)
    if not paths:
        return Unit.objects.none()
    wanted = Q()
    for path in paths:
        wanted |= Q(path__startswith=path)
    return Unit.objects.filter(wanted)
