"""What the page of a case shows of how it counts: one way to it, without asking the database."""

from collections.abc import Iterable
from typing import Any

from huiyin.cases.models import Case, Round
from huiyin.counting.exclusions.access import READERS, TABLES, may_ask_for
from huiyin.departments.models import Official
from huiyin.desk.doors import posts_of
from huiyin.logbook.queries import Line


def counting_of(
    case: Case, lines: Iterable[Line], rounds: Iterable[Round], *, by: Official
) -> dict[str, Any]:
    """Whether this reader finds something on the page of how the case counts."""
    has_papers = any(line.code.partition(".")[0] in TABLES for line in lines)
    answered = any(turn.answered_at is not None for turn in rounds)
    reads = bool(READERS & posts_of(by))
    return {
        "has_count_papers": has_papers and reads,
        "may_ask_count": answered and may_ask_for(case.unit, by=by),
    }
