"""One ruling on many papers by one press: each in its own transaction, with its own outcome.

The key of the form makes a second press find what the first one did; a run that broke off goes on
with the papers that have no outcome yet.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiyin.counting.exclusions.access import paper_for
from huiyin.counting.exclusions.models import RulingRun
from huiyin.counting.exclusions.ruling import Verdict, rule_on
from huiyin.departments.models import Official
from huiyin.office.problems import NotFound, Problem, WrongInput

MOST = 200


@dataclass(frozen=True)
class Many:
    """Which papers of a kind are ruled on alike; `key` comes from the form."""

    key: uuid.UUID
    kind: str
    papers: Sequence[int]
    verdict: Verdict


def rule_on_many(many: Many, *, by: Official, at: datetime) -> RulingRun:
    """Rule on each of the papers; what cannot be ruled on says why, and the others go on."""
    known = RulingRun.objects.filter(key=many.key).first()
    if known is None:
        known = _begun(many, by=by, at=at)
    run = run_of(known.key, by=by)
    for place in range(len(run.outcomes)):
        _take_turn(run.key, place, by=by, at=at)
    return run_of(run.key, by=by)


def run_of(key: uuid.UUID, *, by: Official) -> RulingRun:
    """Fetch a run of one's own; another's is as absent as one that never was."""
    run = RulingRun.objects.filter(key=key, by=by).first()
    if run is None:
        raise NotFound(_("There is no such run of yours."))
    return run


def _begun(many: Many, *, by: Official, at: datetime) -> RulingRun:
    papers = list(dict.fromkeys(many.papers))
    if not papers:
        raise WrongInput(_("Choose at least one paper from the list."))
    if len(papers) > MOST:
        raise WrongInput(
            _("At most %(most)d papers are ruled on at once; choose fewer.") % {"most": MOST}
        )
    if not many.verdict.is_granted and not many.verdict.words.strip():
        raise WrongInput(_("Write down why it is refused; the unit reads this."))
    waiting = [{"paper": pk, "number": "", "done": None, "sentence": ""} for pk in papers]
    run = RulingRun(
        key=many.key,
        kind=many.kind,
        by=by,
        at=at,
        is_granted=many.verdict.is_granted,
        words=many.verdict.words.strip(),
        outcomes=waiting,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        # The other press was quicker by a moment.
        return RulingRun.objects.get(key=many.key)
    return run


@transaction.atomic
def _take_turn(key: uuid.UUID, place: int, *, by: Official, at: datetime) -> None:
    # A second press waits here for the first, and then finds the paper done.
    run = RulingRun.objects.select_for_update().get(key=key)
    outcome = run.outcomes[place]
    if outcome["done"] is not None:
        return
    try:
        with transaction.atomic():
            paper = paper_for(run.kind, outcome["paper"], by=by)
            outcome["number"] = paper.case.number
            rule_on(paper, Verdict(run.is_granted, run.words), by=by, at=at)
    except Problem as problem:
        outcome["done"], outcome["sentence"] = False, str(problem)
    else:
        outcome["done"] = True
    run.save(update_fields=["outcomes"])
