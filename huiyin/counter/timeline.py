"""What happened to a request, as the resident who holds its receipt may read it.

Built from the logbook. Names units and posts, never officials; shows the resident's own
words and the city's answers, never what officials write to each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from huiyin.cases.models import AssignmentRole, OutsideBody, Satisfaction
from huiyin.cases.rules import RESIDENT
from huiyin.departments.models import Unit
from huiyin.followup.rules import Result
from huiyin.logbook.queries import Line


@dataclass(frozen=True)
class Event:
    """One thing that happened: when, a sentence, and the words that belong to it."""

    at: datetime
    sentence: str
    words: str = ""
    erased: bool = False


@dataclass(frozen=True)
class _Told:
    sentence: str
    words: str = ""


@dataclass(frozen=True)
class _Step:
    """An entry with the name of its unit."""

    unit: str
    by_resident: bool
    details: dict[str, Any]
    words: dict[str, str]


def events(lines: Iterable[Line]) -> list[Event]:
    """Tell the story of a request; steps that are no business of the resident are left out."""
    lines = list(lines)
    units = _unit_names(lines)
    story = []
    for line in lines:
        teller = _TELLERS.get(line.details.get("step") or line.code)
        unit = units.get(_unit_code(line), _("The unit in charge"))
        step = _Step(unit, line.by_label == RESIDENT, line.details, line.words)
        told = teller(step) if teller else None
        if told is not None:
            erased = line.words_erased and teller in _WITH_WORDS
            story.append(Event(line.at, told.sentence, told.words, erased))
    return story


def has_said_unsolved(lines: Iterable[Line], round_number: int) -> bool:
    """Whether the resident has told us in this round that it is not solved."""
    return any(
        line.code == "call_back.noted"
        and line.by_label == RESIDENT
        and line.details.get("round") == round_number
        and line.details.get("solved") is False
        for line in lines
    )


def waits_since_asked_again(lines: Iterable[Line]) -> bool:
    """Whether the last step of the request was that it should be taken up again."""
    steps = [line.details.get("step") for line in lines if line.code == "case.moved"]
    return bool(steps) and steps[-1] == "ask_again"


def _unit_names(lines: list[Line]) -> dict[str, str]:
    codes = {_unit_code(line) for line in lines}
    return {unit.code: str(unit) for unit in Unit.objects.filter(code__in=codes)}


def _unit_code(line: Line) -> str:
    return str(line.details.get("lead") or line.details.get("taken_in_at") or "")


def _moment(text: str | None) -> str:
    if not text:
        return ""
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")


def _received(step: _Step) -> _Told:
    return _Told(_("%(unit)s received the request.") % {"unit": step.unit})


def _dispatched(step: _Step) -> _Told:
    due = _moment(step.details.get("due"))
    facts = {"unit": step.unit, "due": due}
    if not due:
        return _Told(_("Sent to %(unit)s.") % facts)
    return _Told(_("Sent to %(unit)s; by %(due)s it must have answered.") % facts)


def _accepted(step: _Step) -> _Told:
    return _Told(_("%(unit)s signed for it and is working on it.") % {"unit": step.unit})


def _returned(_step: _Step) -> _Told:
    return _Told(
        _("The unit says that it is not in charge; the hotline is looking for the right one.")
    )


def _told(step: _Step) -> _Told:
    return _Told(_("%(unit)s noted that it has reported to you.") % {"unit": step.unit})


def _answered(step: _Step) -> _Told:
    sentence = _("%(unit)s answered:") % {"unit": step.unit}
    return _Told(sentence, step.words.get("reply", ""))


def _answered_at_once(step: _Step) -> _Told:
    return _Told(_("The hotline answered:"), step.words.get("reply", ""))


def _called_back(step: _Step) -> _Told:
    if step.details.get("result") == Result.LATER:
        return _Told(_("You were reached and asked to be called later."))
    if not step.details.get("reached"):
        return _Told(_("The hotline tried to reach you and did not."))
    solved = _("solved") if step.details.get("solved") else _("not solved")
    satisfied = dict(Satisfaction.choices).get(step.details.get("satisfied") or "", "")
    facts = {"solved": solved, "satisfied": satisfied}
    if step.by_resident:
        return _Told(
            _("You said: %(solved)s, %(satisfied)s.") % facts, step.words.get("remark", "")
        )
    return _Told(_("You were asked by the hotline. Noted: %(solved)s, %(satisfied)s.") % facts)


def _judged(step: _Step) -> _Told:
    return _Told(
        _("You say it is not solved. The hotline judged that no further round begins, because:"),
        step.words.get("judgement", ""),
    )


def _link_sent(_step: _Step) -> _Told:
    return _Told(_("You were sent a link to three short questions."))


def _asked_twice(_step: _Step) -> _Told:
    return _Told(_("Another team asked you once more, so that the answers can be compared."))


def _problem(_step: _Step) -> _Told:
    return _Told(_("A supervisor looks after your request now."))


def _closed(step: _Step) -> _Told:
    if step.details.get("asked") is False:
        return _Told(_("The request was closed without anybody being reached."))
    return _Told(_("The request was closed."))


def _reopened(step: _Step) -> _Told:
    facts: dict[str, Any] = {
        "round": step.details.get("round"),
        "unit": step.unit,
        "due": _moment(step.details.get("due")),
    }
    if not facts["due"]:
        return _Told(_("Not solved: round %(round)d began, sent to %(unit)s.") % facts)
    sentence = _(
        "Not solved: round %(round)d began, sent to %(unit)s; by %(due)s it must have answered."
    )
    return _Told(sentence % facts)


def _asked_again(step: _Step) -> _Told:
    if step.by_resident:
        return _Told(_("You asked for it to be taken up again:"), step.words.get("reason", ""))
    return _Told(_("The hotline took it up again at your wish."))


def _withdrawn(step: _Step) -> _Told:
    if step.by_resident:
        return _Told(_("You withdrew the request:"), step.words.get("reason", ""))
    return _Told(_("The hotline noted that the request was withdrawn."))


def _taken_up(step: _Step) -> _Told:
    if step.by_resident:
        return _Told(_("You asked for it to be taken up again:"), step.words.get("reason", ""))
    return _Told(_("The hotline took the request up again."))


def _redirected(step: _Step) -> _Told:
    return _Told(_("The hotline explained another way:"), step.words.get("reply", ""))


def _transferred(step: _Step) -> _Told:
    body = str(dict(OutsideBody.choices).get(step.details.get("body") or "", ""))
    facts = {"body": body, "until": _moment(step.details.get("until"))}
    sentence = _("Handed over to: %(body)s. By %(until)s the hotline asks what came of it.")
    return _Told(sentence % facts, step.words.get("reply", ""))


def _asked_outside(step: _Step) -> _Told:
    facts = {"until": _moment(step.details.get("until"))}
    return _Told(_("The hotline asked there. It asks again by %(until)s.") % facts)


def _outcome_known(step: _Step) -> _Told:
    return _Told(_("What came of it at the body outside:"), step.words.get("reply", ""))


def _taken_back(_step: _Step) -> _Told:
    return _Told(_("The body outside gave it back; the hotline is looking for the right unit."))


def _parked(step: _Step) -> _Told:
    sentence = _("It cannot be solved now and is kept in the ledger until %(until)s.")
    due = step.details.get("due") or step.details.get("until")
    return _Told(sentence % {"until": _moment(due)})


def _resumed(step: _Step) -> _Told:
    return _Told(_("%(unit)s is working on it again.") % {"unit": step.unit})


def _merged(_step: _Step) -> _Told:
    return _Told(
        _("Others asked for the same; it is worked on together, and you get your own answer.")
    )


def _split(step: _Step) -> _Told:
    if step.by_resident:
        return _Told(_("You said that yours is different:"), step.words.get("reason", ""))
    return _Told(_("It is worked on by itself again."))


def _added(step: _Step) -> _Told:
    words = step.words.get("text", "")
    if step.by_resident:
        return _Told(_("You added:") if words else _("You added files."), words)
    return _Told(_("The hotline wrote down what you added:"), words)


def _file_added(step: _Step) -> _Told | None:
    # What officials put on file is for the desk.
    if not step.by_resident:
        return None
    return _Told(_("You added a file:"), step.words.get("name", ""))


def _others_called(step: _Step) -> _Told:
    return _Told(
        _("%(unit)s called other units to help; it still answers you.") % {"unit": step.unit}
    )


def _part_asked(step: _Step) -> _Told | None:
    # A whistle is told once, not once for each unit that it calls.
    if step.details.get("whistle") or step.details.get("role") != AssignmentRole.BELOW:
        return None
    return _Told(
        _("%(unit)s gave part of the work to a unit below it; it still answers you.")
        % {"unit": step.unit}
    )


Teller = Callable[[_Step], _Told | None]
# By the step of a `case.moved`, otherwise by the code of the entry.
_TELLERS: dict[str, Teller] = {
    "case.received": _received,
    "dispatch": _dispatched,
    "accept": _accepted,
    "return": _returned,
    "resident.told": _told,
    "whistle.blown": _others_called,
    "part.asked": _part_asked,
    "answer": _answered,
    "answer_directly": _answered,
    "answer_at_once": _answered_at_once,
    "call_back.noted": _called_back,
    "call_back.judged": _judged,
    "call_back.link_sent": _link_sent,
    "call_back.second": _asked_twice,
    "problem.taken_over": _problem,
    "close": _closed,
    "reopen": _reopened,
    "reopen_closed": _reopened,
    "ask_again": _asked_again,
    "withdraw": _withdrawn,
    "take_up_again": _taken_up,
    "redispatch": _dispatched,
    "redirect": _redirected,
    "transfer": _transferred,
    "transfer.asked": _asked_outside,
    "report_outcome": _outcome_known,
    "take_back": _taken_back,
    "park": _parked,
    "resume": _resumed,
    "answer_parked": _answered,
    "merge": _merged,
    "split": _split,
    "answer_with_parent": _answered,
    "resident.added": _added,
    "attachment.added": _file_added,
}
_WITH_WORDS = frozenset(
    {
        _answered,
        _answered_at_once,
        _asked_again,
        _judged,
        _withdrawn,
        _added,
        _redirected,
        _transferred,
        _outcome_known,
        _split,
        _taken_up,
    }
)
