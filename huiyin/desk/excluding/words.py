"""How papers on what counts are said on pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.counting.exclusions.access import stands
from huiyin.counting.exclusions.grounds import ground_label
from huiyin.counting.exclusions.models import CountingPaper, StateSaid
from huiyin.counting.exclusions.rules import PaperKind, State
from huiyin.desk.clocks import clock

TONES = {
    State.OPEN: "warn",
    State.GRANTED: "good",
    State.REFUSED: "bad",
    State.LAPSED: "quiet",
    State.TAKEN_BACK: "quiet",
}


@dataclass(frozen=True)
class KindSaid:
    """One kind of paper: its name, the button that asks for it, and what it does."""

    name: Promise
    many: Promise
    ask: Promise
    does: Promise


KINDS: dict[str, KindSaid] = {
    PaperKind.EXCLUSION: KindSaid(
        _("Exclusion"),
        _("Exclusions"),
        _("Ask for exclusion"),
        _(
            "A granted exclusion leaves the call-back out of the figures without exclusions. It "
            "stays in those with exclusions; what the resident said stays as it is."
        ),
    ),
    PaperKind.APPEAL: KindSaid(
        _("Appeal"),
        _("Appeals"),
        _("Appeal against the count"),
        _(
            "A granted appeal changes only what counts: a correction stands beside the facts, and "
            "the facts stay as they are."
        ),
    ),
}


def shown(paper: CountingPaper, *, at: datetime) -> dict[str, Any]:
    """One paper as lists and pages show it."""
    state = stands(paper, at=at)
    waits = state == State.OPEN
    return {
        "row": paper,
        "kind": KINDS[paper.kind].name,
        "ground": ground_label(paper.kind, paper.ground),
        "state": StateSaid(state).label,
        "tone": TONES[state],
        "is_open": waits,
        "clock": clock(paper.rule_by, now=at) if waits else None,
        "recheck": clock(paper.recheck_by, now=at) if _to_recheck(paper) else None,
    }


def _to_recheck(paper: CountingPaper) -> bool:
    return paper.recheck_by is not None and paper.rechecked_at is None
