"""Who may ask, rule and look again: always somebody else, and never the unit's own people.

A unit defends itself where it is judged: of a merged request it sees the papers of each voice.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Case, Round
from huiyin.cases.numbers import tidy_number
from huiyin.counting.exclusions.models import Appeal, CountingPaper, Exclusion
from huiyin.counting.exclusions.rules import PaperKind, State, sits_outside, state_at
from huiyin.departments.access import holds, reach_of, units_within
from huiyin.departments.models import Official, Post, Unit
from huiyin.office.problems import NotFound

ASKING = frozenset({Post.OFFICER})
RULING = frozenset({Post.SUPERVISOR})
# Who looks again: a third person of the hotline, also one who calls residents back.
RECHECKING = frozenset({Post.SUPERVISOR, Post.CALLER})
READERS = frozenset({Post.OFFICER, Post.SUPERVISOR, Post.CALLER, Post.LEADER})
TABLES: dict[str, type[Exclusion] | type[Appeal]] = {
    PaperKind.EXCLUSION: Exclusion,
    PaperKind.APPEAL: Appeal,
}
BESIDE = ("case", "case__intake_unit", "unit", "asked_by", "ruled_by", "rechecked_by")


def judged_cases(by: Official) -> QuerySet[Case]:
    """The cases an official may see, and those by which a unit of theirs is judged."""
    units = units_within(by, ASKING).values("pk")
    turns = Round.objects.filter(case=OuterRef("pk"), unit__in=units, answered_at__isnull=False)
    return Case.objects.filter(Q(pk__in=visible_cases(by).values("pk")) | Exists(turns))


def judged_case(number: str, *, by: Official) -> Case:
    """Fetch one case for its papers; a foreign case is as absent as one that never was."""
    rows = judged_cases(by).select_related("unit", "intake_unit", "category", "place")
    case = rows.filter(number=tidy_number(number) or number).first()
    if case is None:
        raise NotFound(_("There is no case %(number)s for you.") % {"number": number})
    return case


def visible_papers(kind: str, *, by: Official) -> QuerySet[CountingPaper]:
    """The papers of a kind that an official may read: of visible cases, and of their own units."""
    own = Q(unit__in=units_within(by, ASKING).values("pk"))
    rows = _table(kind).objects.filter(own | Q(case__in=visible_cases(by).values("pk")))
    return rows.select_related(*BESIDE)


def paper_for(kind: str, pk: int, *, by: Official) -> CountingPaper:
    """Fetch one paper that an official may read."""
    row = visible_papers(kind, by=by).filter(pk=pk).first() if kind in TABLES else None
    if row is None:
        raise NotFound(_("There is no such paper for you."))
    return row


def may_ask_for(unit: Unit | None, *, by: Official) -> bool:
    """Whether an official asks for this unit."""
    return unit is not None and holds(by, Post.OFFICER, unit)


def is_outside(paper: CountingPaper, by: Official) -> bool:
    """Whether an official has no part in the unit that asked, nor heads it."""
    seats = frozenset(path for _post, path in reach_of(by).held)
    return sits_outside(paper.unit.path, seats) and not holds(by, Post.OFFICER, paper.unit)


def has_ruling_post(paper: CountingPaper, by: Official) -> bool:
    """Whether an official may rule on papers of this case, whoever they are."""
    intake = paper.case.intake_unit
    if any(holds(by, post, intake) for post in RULING):
        return by.pk != paper.asked_by_id and is_outside(paper, by)
    return False


def may_rule(paper: CountingPaper, *, by: Official, at: datetime) -> bool:
    """Whether an official may rule on this paper now."""
    return stands(paper, at=at) == State.OPEN and has_ruling_post(paper, by)


def may_take_back(paper: CountingPaper, *, by: Official, at: datetime) -> bool:
    """Whether an official may take this paper back for its unit now."""
    return stands(paper, at=at) == State.OPEN and may_ask_for(paper.unit, by=by)


def may_recheck(paper: CountingPaper, *, by: Official) -> bool:
    """Whether an official may look at this paper again: a third person, from outside."""
    if paper.recheck_by is None or paper.rechecked_at is not None:
        return False
    if by.pk in {paper.asked_by_id, paper.ruled_by_id, _asked_the_resident(paper)}:
        return False
    posts = any(holds(by, post, paper.case.intake_unit) for post in RECHECKING)
    return posts and is_outside(paper, by)


def stands(paper: CountingPaper, *, at: datetime) -> State:
    """How a paper stands at a moment, also before the night job has written that it lapsed."""
    return state_at(paper.state, paper.rule_by, at=at)


def waiting_papers(kind: str, *, by: Official, at: datetime) -> QuerySet[CountingPaper]:
    """The papers that this official may rule on, the next due first."""
    rows = visible_papers(kind, by=by).filter(state=State.OPEN, rule_by__gte=at)
    rows = rows.filter(case__intake_unit__in=units_within(by, RULING).values("pk"))
    return _from_outside(rows.exclude(asked_by=by), by).order_by("rule_by", "pk")


def papers_to_recheck(kind: str, *, by: Official) -> QuerySet[CountingPaper]:
    """The drawn papers that this official may look at again, the next due first."""
    rows = visible_papers(kind, by=by).filter(recheck_by__isnull=False, rechecked_at=None)
    rows = rows.filter(case__intake_unit__in=units_within(by, RECHECKING).values("pk"))
    rows = rows.exclude(asked_by=by).exclude(ruled_by=by)
    if kind == PaperKind.EXCLUSION:
        called = Exclusion.objects.filter(recheck_by__isnull=False, call_back__by=by)
        rows = rows.exclude(pk__in=called.values("pk"))
    return _from_outside(rows, by).order_by("recheck_by", "pk")


def _from_outside(rows: QuerySet[CountingPaper], by: Official) -> QuerySet[CountingPaper]:
    """The same as `is_outside`, for a list."""
    seats = frozenset(path for _post, path in reach_of(by).held)
    led = Q(pk__in=[])
    for path in reach_of(by).paths(ASKING):
        led |= Q(unit__path__startswith=path)
    for path in seats:
        ids = [int(part) for part in path.split("/") if part]
        # The unit itself and those above where somebody sits; below a seat that is not the city.
        led |= Q(unit__in=ids)
        if len(ids) > 1:
            led |= Q(unit__path__startswith=path)
    return rows.exclude(led)


def _asked_the_resident(paper: CountingPaper) -> int | None:
    return paper.call_back.by_id if isinstance(paper, Exclusion) else None


def _table(kind: str) -> type[Exclusion] | type[Appeal]:
    return TABLES[kind]
