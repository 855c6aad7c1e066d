"""The review meeting in plain rules: why a case is proposed, how long words may be, who sits."""

from enum import StrEnum

from huiyin.departments.rules import Post, UnitLevel


class Reason(StrEnum):
    """Why a case was proposed for the meeting."""

    LONGEST_OVERDUE = "longest_overdue"
    PROBLEM = "problem"
    MOST_MERGED = "most_merged"
    REOPENED = "reopened"
    PUSHED = "pushed"
    CHOSEN = "chosen"


# Who keeps the agenda and writes down what was decided; who reads all of it.
KEEPERS = frozenset({Post.SUPERVISOR})
READERS = frozenset({Post.SUPERVISOR, Post.LEADER, Post.ANALYST})
# Who writes the words of a unit's own page.
WRITERS = frozenset({Post.OFFICER, Post.LEADER})
# Which units bring a page of their own.
BRINGING = frozenset(
    {UnitLevel.DISTRICT, UnitLevel.STREET, UnitLevel.DEPARTMENT, UnitLevel.UTILITY}
)
# So many signs fit under each heading of the page.
LONGEST_WORDS = 220
PROPOSED_EACH = 5
LONGEST_DECISION = 1000
