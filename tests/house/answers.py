"""Who gets which answer at a door: the words in which the table of all doors is written."""

from dataclasses import dataclass, field

from tests.people import EVERYBODY

# Somebody who has only the address, and the one who holds the receipt: neither signs in.
NOBODY, HOLDER = "nobody", "holder of the receipt"
OFFICIALS = set(EVERYBODY)
OUTSIDE = {NOBODY, HOLDER}
ALL = OFFICIALS | OUTSIDE
HOTLINE = {"operator", "dispatcher", "caller", "supervisor"}
# Those whose posts let them read this case; for all other officials it does not exist.
READERS = HOTLINE | {"leader", "lighting officer"}
STRANGERS = OFFICIALS - READERS

# Two ways of being led away: to the sign-in page, or to the page that asks for the secret.
SIGN_IN, FOLLOW = "desk:sign_in", "counter:follow"

Answers = dict[int | str, set[str]]


@dataclass(frozen=True)
class Door:
    """One address, what is sent there, and who gets which answer."""

    name: str
    answers: Answers
    method: str = "get"
    sent: dict[str, str] = field(default_factory=dict)
    step: str = ""

    def __str__(self) -> str:
        words = [self.method, self.name, self.step]
        return " ".join(word for word in words if word)


def only(*people: str, answer: int = 200) -> Answers:
    """Officials of these posts come in, others are refused, strangers are asked to sign in."""
    return {answer: set(people), 403: OFFICIALS - set(people), SIGN_IN: OUTSIDE}


def asked(answer: int) -> Answers:
    """The unit that was asked comes in; for another there is no such question."""
    return {
        answer: {"lighting officer"},
        404: {"parks officer"},
        403: OFFICIALS - {"lighting officer", "parks officer"},
        SIGN_IN: OUTSIDE,
    }


def readers(answer: int = 200) -> Answers:
    """Whoever may read the case comes in; for the others there is no such case."""
    return {answer: READERS, 404: STRANGERS, SIGN_IN: OUTSIDE}


def knowing() -> Answers:
    """The hotline and the unit in charge may learn who asked; other readers may not."""
    return {200: READERS - {"leader"}, 403: {"leader"}, 404: STRANGERS, SIGN_IN: OUTSIDE}


def stepping(*people: str, answer: int = 302) -> Answers:
    """These take the step; other readers are refused; for the others there is no such case."""
    others = READERS - set(people)
    return {answer: set(people), 403: others, 404: STRANGERS, SIGN_IN: OUTSIDE}


def holding(answer: int = 200) -> Answers:
    """The holder of the receipt comes in; everybody else is asked for number and secret."""
    return {answer: {HOLDER}, FOLLOW: ALL - {HOLDER}}


def sending(answer: int) -> Answers:
    """The holder of the receipt may send this; from everybody else nothing is taken."""
    return {answer: {HOLDER}, 403: ALL - {HOLDER}}


# The lane belongs to the lighting unit, whose officer walks it as its chief.
CHIEF = {"lighting officer"}
OFFICERS = {"lighting officer", "parks officer"}
WATCHERS = {"supervisor", "leader"}
SEE_LANE = CHIEF | WATCHERS | {"administrator"}


def lane(answers: Answers, *, others: int = 404) -> Answers:
    """These officials get these answers; for the others there is no such lane."""
    named = set().union(*answers.values())
    return {**answers, others: OFFICIALS - named, SIGN_IN: OUTSIDE}


def neighbour(answer: int) -> Answers:
    """The volunteer who came by the link is served; from others nothing is taken."""
    return {answer: {HOLDER}, 403: ALL - {HOLDER}}


# Those who write to residents, and those who read cases at all.
WRITERS = HOTLINE | OFFICERS
CASE_READERS = WRITERS | {"leader"}


def writing(answer: int) -> Answers:
    """The unit whose text it is gets this; for other writers there is none, others are refused."""
    own, others = {"lighting officer"}, WRITERS - {"lighting officer"}
    return {answer: own, 404: others, 403: OFFICIALS - WRITERS, SIGN_IN: OUTSIDE}


def sharing(answers: Answers) -> Answers:
    """These readers of the case share it out, the other readers may not."""
    named = set().union(*answers.values())
    return {**answers, 403: READERS - named, 404: STRANGERS, SIGN_IN: OUTSIDE}


OBJECTION = {"ground": "not_our_duty", "reason": "A park lamp."}


def watching(officer: int, supervisor: int | None = None, *, leader: int | None = None) -> Answers:
    """The unit concerned, the supervisor and the leader; for another unit it does not exist."""
    supervisor = officer if supervisor is None else supervisor
    leader = (403 if 403 in {officer, supervisor} else officer) if leader is None else leader
    found: Answers = {}
    for person, answer in (
        ("lighting officer", officer),
        ("supervisor", supervisor),
        ("leader", leader),
        ("parks officer", 404),
    ):
        found.setdefault(answer, set()).add(person)
    found.setdefault(403, set()).update(OFFICIALS - OFFICERS - WATCHERS)
    return {**found, SIGN_IN: OUTSIDE}


def signed_in(answers: Answers) -> Answers:
    """The programs' door: who has not signed in is told so."""
    return {**{key: who for key, who in answers.items() if key != SIGN_IN}, 401: OUTSIDE}
