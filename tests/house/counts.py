"""Papers on what counts in front of the doors: one to rule on, one to look at again, one run."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from huiyin.cases.models import Case
from huiyin.counting.exclusions.models import Exclusion, RulingRun
from huiyin.counting.exclusions.rulings_at_once import Many, rule_on_many
from tests.counting.papers import REFUSE, asked_exclusion, called_case, granted_exclusion
from tests.people import gao


@dataclass(frozen=True)
class Counts:
    """A called case of the lighting unit, and what its officer asked for."""

    case: Case
    waiting: Exclusion
    granted: Exclusion
    run: RulingRun

    def parts(self, path: str) -> dict[str, object]:
        """The parts of an address that these papers give."""
        paper = self.granted if "recheck" in path else self.waiting
        named = {"number": self.case.number} if "/counts/" in path else {}
        proof = self.waiting.files.get().pk
        more = {"kind": "exclusion", "paper": paper.pk, "turn": 1, "ruled": self.run.pk}
        return {**more, "proof": proof, **named}


def make_counts() -> Counts:
    """Asked for today, so that there is still time to rule."""
    now = timezone.now()
    called = now - timedelta(hours=2)
    waiting = asked_exclusion(called_case(at=called), at=now)
    with override_settings(EXCLUSION_RECHECK_PERCENT=100):
        granted = granted_exclusion(called_case(at=called), at=now)
    many = Many(uuid.uuid4(), "exclusion", [granted.pk], REFUSE)
    return Counts(waiting.case, waiting, granted, rule_on_many(many, by=gao(), at=now))
