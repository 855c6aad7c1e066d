"""Parts of docs/reference/life.md: what is asked for in writing, kinds of case, special ways.

All of it is taken from `huiyin/cases/rules.py`; `tools/reference.py` puts it on the page.
"""

from enum import EnumType

from django.utils.translation import override

from huiyin.cases.models import ApplicationKind, OutsideBody, Ruling, SpecialRoute, Status
from huiyin.cases.papers.explaining import words_owed
from huiyin.cases.papers.grounds import GROUNDS
from huiyin.cases.rules import ARROWS, KINDS, PROCEDURES, REFUSING, Paper
from huiyin.departments.models import Post
from tools.messages import CHINESE, read

# What each paper is, for a reader of the arrows.
OWED = {
    Paper.REASON: "why, in words",
    Paper.UNIT: "the unit that must act",
    Paper.RESIDENT_TOLD: "the resident was told what is being done: the first feedback",
    Paper.REPLY: "the answer, or what the resident is told",
    Paper.OUTCOME: "what the resident said: solved or not, satisfied or not",
    Paper.ROUTE: "which of the six special ways it is",
    Paper.BODY: "the body outside to which it goes",
    Paper.UNTIL: "a moment in the future until when it may wait",
    Paper.PARENT: "the case that is worked for this one too",
    Paper.RULING: "a settled application: the step is the ruling's, and has no button of its own",
}


def label(value: str, choices: EnumType) -> str:
    """The Chinese word for a value."""
    with override("en"):
        english = str(choices(value).label)
    return chinese(english)


def chinese(english: str) -> str:
    """A sentence in Chinese, from the catalogue itself: the compiled one may be older."""
    known = read(CHINESE, "zh_Hans").get(english)
    return str(known.string) if known and known.string else english


def papers(_about: str) -> str:
    """Which papers are owed, and by which steps."""
    rows = []
    for paper in Paper:
        steps = dict.fromkeys(arrow.step for arrow in ARROWS if paper in arrow.owes)
        owed = ", ".join(f"`{step}`" for step in steps)
        rows.append(f"| {paper.replace('_', ' ')} | {OWED[paper]} | {owed} |")
    return "\n".join(["| paper | what it is | owed by |", "|---|---|---|", *rows])


def procedures(_about: str) -> str:
    """Each kind of application: when, by whom, on which grounds, ruled how and by whom."""
    head = [
        "| application | 中文 | while | asked by | grounds | ruled by | rulings |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = []
    for kind, procedure in PROCEDURES.items():
        cells = (
            f"`{kind}`",
            label(kind, ApplicationKind),
            ", ".join(status for status in Status if status in procedure.during),
            f"{procedure.asked_by.value} {label(procedure.asked_by, Post)}",
            "<br>".join(f"`{ground}` {_ground(ground)}" for ground in procedure.grounds),
            f"{procedure.ruled_by.value} {label(procedure.ruled_by, Post)}",
            "<br>".join(_ruling(ruling) for ruling in procedure.rulings),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join([*head, *rows])


def _ground(ground: str) -> str:
    with override("en"):
        english = str(GROUNDS[ground])
    return chinese(english)


def _ruling(ruling: Ruling) -> str:
    refuses = " (refuses)" if ruling in REFUSING else ""
    return f"`{ruling.value}` {label(ruling, Ruling)}{refuses}"


def kinds(_about: str) -> str:
    """The kinds of case: who verifies each."""
    rows = [f"| `{kind.name}` | {', '.join(sorted(kind.verified_by))} |" for kind in KINDS.values()]
    return "\n".join(["| kind | who says whether it is solved |", "|---|---|", *rows])


def routes(_about: str) -> str:
    """The six special ways, with the words owed to the resident."""
    rows = []
    for route in SpecialRoute:
        with override("en"):
            words = str(words_owed(route.value))
        said = chinese(words) or words
        rows.append(f"| `{route.value}` | {label(route, SpecialRoute)} | {said} |")
    return "\n".join(["| way | 中文 | what the resident is told |", "|---|---|---|", *rows])


def bodies(_about: str) -> str:
    """The bodies outside to which a case can be handed."""
    rows = [f"| `{body.value}` | {label(body, OutsideBody)} |" for body in OutsideBody]
    return "\n".join(["| body | 中文 |", "|---|---|", *rows])


PARTS = {
    "papers": papers,
    "procedures": procedures,
    "kinds": kinds,
    "routes": routes,
    "bodies": bodies,
}
