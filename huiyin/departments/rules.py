"""Levels of units and the posts of officials, as plain words that rules elsewhere need."""

from enum import StrEnum


class UnitLevel(StrEnum):
    """Where a unit stands."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    DEPARTMENT = "department"
    UTILITY = "utility"


class Post(StrEnum):
    """What an official does."""

    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    CALLER = "caller"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


# Posts whose work needs the text of cases. An administrator sets up units and accounts, an
# auditor reads the logbook, an analyst reads figures: none of them reads what people wrote.
READS_CASES = frozenset(
    {
        Post.OPERATOR,
        Post.DISPATCHER,
        Post.OFFICER,
        Post.CALLER,
        Post.SUPERVISOR,
        Post.LEADER,
    }
)
