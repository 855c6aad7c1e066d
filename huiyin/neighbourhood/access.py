"""Who sees which beat, patrol, volunteer and task: a post reaches its unit and those below.

Chiefs see their own beats, whatever post they hold. A beat one may not see does not exist.
"""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.departments.access import holds, units_within
from huiyin.departments.models import Official, Unit
from huiyin.departments.rules import Post
from huiyin.neighbourhood.models import Beat, Chief, Patrol, Task, Volunteer
from huiyin.office.problems import NotAllowed, NotFound

# An administrator sets beats and chiefs up, and reads no patrol's words.
SETS_UP = frozenset({Post.ADMINISTRATOR})
READS_BEATS = frozenset({Post.OFFICER, Post.SUPERVISOR, Post.LEADER, Post.ADMINISTRATOR})
READS_PATROLS = frozenset({Post.OFFICER, Post.SUPERVISOR, Post.LEADER})
# Where an official walked is sensitive: only who watches over patrols, and the official.
READS_TRACKS = frozenset({Post.SUPERVISOR, Post.LEADER})
LEADS_VOLUNTEERS = frozenset({Post.OFFICER})


def in_office(on: date) -> Q:
    """Chiefs who are in office on a day."""
    return Q(since__lte=on) & (Q(until=None) | Q(until__gte=on))


def beats_of(by: Official, *, on: date) -> QuerySet[Beat]:
    """The beats that an official is chief of."""
    own = Chief.objects.filter(in_office(on), beat=OuterRef("pk"), official=by)
    return Beat.objects.filter(Exists(own), ended_on=None).select_related("unit", "place")


def is_chief(by: Official, beat: Beat, *, on: date) -> bool:
    """Whether an official is chief of a beat."""
    return Chief.objects.filter(in_office(on), beat=beat, official=by).exists()


def visible_beats(by: Official, *, on: date) -> QuerySet[Beat]:
    """The beats of the units an official reaches, and those they are chief of."""
    own = Chief.objects.filter(in_office(on), beat=OuterRef("pk"), official=by)
    units = units_within(by, READS_BEATS).values("pk")
    return Beat.objects.filter(Q(unit__in=units) | Exists(own)).select_related("unit", "place")


def watched_beats(by: Official) -> QuerySet[Beat]:
    """The beats whose patrols an official watches over by a post."""
    return Beat.objects.filter(unit__in=units_within(by, READS_PATROLS).values("pk"))


def beat_for(code: str, *, by: Official, on: date) -> Beat:
    """Fetch a beat for an official."""
    beat = visible_beats(by, on=on).filter(code=code).first()
    if beat is None:
        raise NotFound(_("There is no beat “%(code)s” for you.") % {"code": code})
    return beat


def visible_patrols(by: Official) -> QuerySet[Patrol]:
    """An official's own patrols, and those along beats of the units they reach."""
    units = units_within(by, READS_PATROLS).values("pk")
    rows = Patrol.objects.filter(Q(official=by) | Q(beat__unit__in=units))
    return rows.select_related("beat__unit", "official")


def reads_patrols(beat: Beat, *, by: Official, on: date) -> bool:
    """Whether an official may read what was noted along a beat."""
    return is_chief(by, beat, on=on) or any(holds(by, post, beat.unit) for post in READS_PATROLS)


def patrol_for(pk: UUID, *, by: Official) -> Patrol:
    """Fetch a patrol for an official."""
    patrol = visible_patrols(by).filter(pk=pk).first()
    if patrol is None:
        raise NotFound(_("There is no such patrol for you."))
    return patrol


def may_see_track(patrol: Patrol, *, by: Official) -> bool:
    """Whether an official may see where the patroller walked."""
    return patrol.official_id == by.pk or any(
        holds(by, post, patrol.beat.unit) for post in READS_TRACKS
    )


def check_sets_up(unit: Unit, *, by: Official) -> None:
    """Refuse whoever is no administrator of this unit."""
    if not holds(by, Post.ADMINISTRATOR, unit):
        raise NotAllowed(_("Only an administrator of this unit sets up its beats and chiefs."))


def check_leads_volunteers(unit: Unit, *, by: Official) -> None:
    """Refuse whoever is no officer of this unit."""
    if not holds(by, Post.OFFICER, unit):
        raise NotAllowed(_("Only an officer of this unit works with its volunteers."))


def visible_volunteers(by: Official) -> QuerySet[Volunteer]:
    """The volunteers of the units at which an official is an officer."""
    units = units_within(by, LEADS_VOLUNTEERS).values("pk")
    return Volunteer.objects.filter(unit__in=units).select_related("place", "unit", "person")


def volunteer_for(code: str, *, by: Official) -> Volunteer:
    """Fetch a volunteer for an officer."""
    found = visible_volunteers(by).filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no volunteer %(code)s for you.") % {"code": code})
    return found


def visible_tasks(by: Official) -> QuerySet[Task]:
    """The tasks of the units at which an official is an officer."""
    units = units_within(by, LEADS_VOLUNTEERS).values("pk")
    return Task.objects.filter(unit__in=units).select_related("place", "unit", "case")


def task_for(code: str, *, by: Official) -> Task:
    """Fetch a task for an officer."""
    found = visible_tasks(by).filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no task %(code)s for you.") % {"code": code})
    return found
