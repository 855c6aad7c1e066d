"""Who is told of a paper: those who rule, the unit that asked, the unit that is judged instead.

Each step is written in the logbook of its case and told inside its transaction. The resident is
told nothing: nothing that they said is changed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huiyin.counting.exclusions.models import Appeal, CountingPaper
from huiyin.departments.access import seat_of
from huiyin.departments.models import Official, Post, Unit
from huiyin.logbook.actions import record
from huiyin.notices.actions import tell_unit

SYSTEM = "system"


def write(
    paper: CountingPaper,
    step: str,
    *,
    by: Official | str,
    at: datetime,
    words: str = "",
    **details: Any,
) -> str:
    """Write a step of a paper in the logbook; gives the key under which it is told."""
    case = paper.case
    intake = case.intake_unit
    place = paper.unit if step in {"asked", "taken_back"} else intake
    entry = record(
        f"{paper.kind}.{step}",
        about=case.number,
        by=by,
        at=at,
        unit=seat_of(by, place),
        words={"reason": words} if words else None,
        paper=paper.pk,
        of=paper.unit.code,
        round=paper.round_number,
        **details,
    )
    return f"{case.number}/{entry.position}"


def tell_asked(paper: CountingPaper, key: str, *, at: datetime) -> None:
    """Tell the supervisors of the hotline that they have to rule."""
    facts = {"unit": paper.unit, "due": paper.rule_by}
    _tell(paper, "asked", paper.case.intake_unit, key, at=at, post=Post.SUPERVISOR, facts=facts)


def tell_ruled(paper: CountingPaper, key: str, *, at: datetime) -> None:
    """Tell the unit what was ruled and why, and whom a granted appeal names what follows."""
    facts = {"reason": paper.ruling_words}
    _tell(paper, str(paper.state), paper.unit, key, at=at, facts=facts)
    if isinstance(paper, Appeal) and paper.granted_at is not None and paper.proposed is not None:
        _tell(paper, "moved", paper.proposed, key, at=at, facts={"unit": paper.unit})
    if paper.recheck_by is not None:
        due = {"due": paper.recheck_by}
        _tell(paper, "drawn", paper.case.intake_unit, key, at=at, post=Post.SUPERVISOR, facts=due)


def tell_lapsed(paper: CountingPaper, key: str, *, at: datetime) -> None:
    """Tell the unit, and those who ought to have ruled, that the time is over."""
    _tell(paper, "lapsed", paper.unit, key, at=at)
    _tell(paper, "lapsed", paper.case.intake_unit, key, at=at, post=Post.SUPERVISOR)


def tell_rechecked(paper: CountingPaper, key: str, *, at: datetime) -> None:
    """Tell the unit what the re-check found; those who ruled hear of an annulment."""
    facts = {"reason": paper.recheck_words}
    step = "annulled" if paper.annulled_at is not None else "stands"
    _tell(paper, step, paper.unit, key, at=at, facts=facts)
    if paper.annulled_at is not None:
        intake = paper.case.intake_unit
        _tell(paper, step, intake, key, at=at, post=Post.SUPERVISOR, facts=facts)


def _tell(
    paper: CountingPaper,
    step: str,
    reader: Unit,
    key: str,
    *,
    at: datetime,
    post: Post | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    code = f"{paper.kind}.{step}"
    tell_unit(code, reader, about=paper.case.number, at=at, key=key, post=post, facts=facts)
