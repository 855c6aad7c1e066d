"""Papers on what counts, in the tests: a called case, a unit that asks, others who rule."""

from datetime import datetime, timedelta

from huiyin.cases.models import Case
from huiyin.counting.exclusions.asking import Plea, ask_appeal, ask_exclusion
from huiyin.counting.exclusions.models import Appeal, Exclusion
from huiyin.counting.exclusions.ruling import Verdict, rule_on
from huiyin.counting.facts.folding import fold
from huiyin.counting.models import Fact
from huiyin.departments.models import Official, Post, Unit
from huiyin.followup.actions import Said, close_case, refuse_round
from huiyin.followup.judging import Refusal
from tests.makers import (
    NOON,
    hotline,
    hotline_staff,
    lighting,
    make_case,
    make_official,
    officer_of,
)
from tests.photos import photo, upload

CALLED = NOON + timedelta(hours=5)
LATER = CALLED + timedelta(hours=3)
REFUSED = Refusal("other_matter", "这是另一件事，请另行提出。")
GRANT, REFUSE = Verdict(is_granted=True), Verdict(is_granted=False, words="证据不足。")


def called_case(*, unit: Unit | None = None, at: datetime = CALLED, **said) -> Case:
    """A case whose resident was reached and calls it unsolved, judged not reasonable."""
    case = make_case("answered", unit=unit or lighting(), at=at - timedelta(hours=5))
    said.setdefault("solved", False)
    said.setdefault("satisfied", "dissatisfied")
    said.setdefault("contacted", True)
    word = Said(reached=True, remark="" if said["solved"] else "还是没有解决。", **said)
    if said["solved"]:
        return close_case(case.number, word, by=hotline_staff(), at=at)
    return refuse_round(case.number, word, REFUSED, by=hotline_staff(), at=at)


def plea(ground: str = "outside_duty", *, round_number: int = 1, **more) -> Plea:
    """What a unit writes, with a photo."""
    more.setdefault("files", [upload(photo())])
    words = more.pop("words", "诉求依法不属于政府职责，已书面告知。")
    return Plea(round_number, ground, words, **more)


def asked_exclusion(case: Case | None = None, *, at: datetime = LATER, **more) -> Exclusion:
    """An exclusion that the lighting unit asked for."""
    case = case or called_case()
    return ask_exclusion(case.number, plea(**more), by=officer_of(case.unit), at=at)


def granted_exclusion(case: Case | None = None, *, at: datetime = LATER) -> Exclusion:
    """An exclusion that a supervisor of the hotline granted."""
    paper = asked_exclusion(case, at=at)
    return rule_on(paper, GRANT, by=supervisor(), at=at + timedelta(hours=1))


def asked_appeal(case: Case, ground: str, *, at: datetime = LATER, **more) -> Appeal:
    """An appeal of the unit in charge."""
    return ask_appeal(case.number, plea(ground, **more), by=officer_of(case.unit), at=at)


def supervisor(unit: Unit | None = None) -> Official:
    """A supervisor of the hotline, or of another unit: each time somebody else."""
    return make_official(Post.SUPERVISOR, unit=unit or hotline())


def draws_all(settings) -> None:
    """Let the lot fall on every granted paper."""
    settings.EXCLUSION_RECHECK_PERCENT = 100


def fact_of(case: Case, *, at: datetime, round_number: int = 1) -> Fact:
    """What is counted of a round now."""
    fold(at=at)
    return Fact.objects.get(case=case, round_number=round_number, known_until=None)
