"""Every code of a notice: its sentence for staff, its sentence for the resident, its facts.

A fact named in a sentence is owed by whoever tells; the others may be given and stand
below the sentence, where only those who may see the case read them.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.departments.rules import Post
from huiyin.notices.counting import COUNTING
from huiyin.notices.facts import CASE, DAY, MOMENT, NUMBER, OFFICIAL, TEXT, UNIT, one_of
from huiyin.notices.sentences import Words
from huiyin.notices.vocabulary import BODIES, GROUNDS, JUDGEMENTS, LEVELS, ROUTES, RULINGS, STATUSES

GROUND, RULING, ROUTE = one_of(GROUNDS), one_of(RULINGS), one_of(ROUTES)
BODY, LEVEL, STATUS = one_of(BODIES), one_of(LEVELS), one_of(STATUSES)
JUDGED = one_of(JUDGEMENTS)
# How the facts that stand below a sentence are headed.
LABELS: Mapping[str, Promise] = {
    "basis": _("Basis"),
    "office": _("Name of the body"),
    "progress": _("How far it is"),
    "reason": _("Reason"),
    "task": _("What for"),
    "where": _("Where to come"),
}

_DUE = {"due": MOMENT}
_REASON = {"reason": TEXT}

CASES: Mapping[str, Words] = {
    "case.received": Words(
        _("Case %(about)s was taken in."),
        resident=_("We have taken your request in; its number is %(about)s."),
        post=Post.DISPATCHER,
    ),
    "case.dispatched": Words(_("Case %(about)s was sent to your unit; answer by %(due)s."), _DUE),
    "case.redispatched": Words(
        _("Case %(about)s went on to %(unit)s; your unit no longer leads it."),
        {"unit": UNIT} | _REASON,
    ),
    "case.returned": Words(
        _("Case %(about)s went back to the hotline and waits to be sent."),
        _REASON,
        post=Post.DISPATCHER,
    ),
    "case.recalled": Words(
        _("Case %(about)s was sent to your unit by mistake and has been taken back."), _REASON
    ),
    "case.withdrawn": Words(_("Case %(about)s was withdrawn; your unit need do no more."), _REASON),
    "case.reopened": Words(
        _("Case %(about)s is not solved: round %(round)s began; answer by %(due)s."),
        {"round": NUMBER} | _DUE | _REASON,
        _("Your request is being worked on again; you get a new answer by %(due)s."),
    ),
    "case.copied": Words(
        _("Case %(about)s was sent to %(unit)s; your unit has a copy and sees that it is done."),
        {"unit": UNIT} | _DUE,
    ),
    "case.answered": Words(
        _("Case %(about)s was answered."),
        resident=_("Your request has been answered. Please tell us whether it is solved."),
        post=Post.CALLER,
    ),
    "case.closed": Words(
        _("Case %(about)s was closed."),
        resident=_("Your request is closed. If it comes back, tell us with your receipt."),
    ),
    "case.redirected": Words(
        _("Case %(about)s was explained and not sent to a unit: %(route)s."),
        {"route": ROUTE},
        _("Your request was not sent to a unit: %(route)s. The full answer tells you what to do."),
    ),
    "case.transferred": Words(
        _("Case %(about)s was handed to %(body)s; ask there on %(until)s what came of it."),
        {"body": BODY, "until": MOMENT, "office": TEXT},
        _(
            "Your request was accepted and handed to %(body)s; on %(until)s at the latest we ask "
            "there what came of it."
        ),
        post=Post.DISPATCHER,
        for_resident=frozenset({"office"}),
    ),
    "case.transfer_due": Words(
        _("Case %(about)s lies with %(body)s: today is the day to ask what came of it."),
        {"body": BODY, "office": TEXT},
        post=Post.DISPATCHER,
    ),
    "case.transfer_result": Words(
        _("It is known what came of case %(about)s, which went to %(body)s."),
        {"body": BODY, "office": TEXT},
        _("Your request went to %(body)s. What came of it stands in the answer."),
        post=Post.DISPATCHER,
        for_resident=frozenset({"office"}),
    ),
    "case.merged": Words(
        _("Case %(about)s is about the same matter as case %(parent)s and is worked there."),
        {"parent": CASE},
        _("Others told us of the same matter. It is worked once, and you get your own answer."),
    ),
    "case.split": Words(
        _("Case %(about)s is no longer worked together with case %(parent)s."),
        {"parent": CASE},
        _("Your request is worked by itself again."),
    ),
}
CALLERS: Mapping[str, Words] = {
    "caller.marked": Words(
        _("The number in case %(about)s is marked until %(until)s."),
        {"until": DAY},
        _(
            "Calls from the number you gave were noted as abusive until %(until)s. Every request "
            "is still taken in. If you object, tell the hotline: somebody else decides again."
        ),
        post=Post.OPERATOR,
    ),
    "caller.mark_lifted": Words(
        _("The mark on the number in case %(about)s was lifted."),
        resident=_("The mark on calls from the number you gave was lifted."),
        post=Post.OPERATOR,
    ),
}
PAPERS: Mapping[str, Words] = {
    "objection.filed": Words(
        _("%(unit)s objects to case %(about)s: %(ground)s. Rule on it by %(due)s."),
        {"unit": UNIT, "ground": GROUND} | _DUE,
        post=Post.DISPATCHER,
    ),
    "objection.ruled": Words(
        _("Your unit's objection to case %(about)s was ruled on: %(ruling)s."),
        {"ruling": RULING} | _REASON,
    ),
    "extension.asked": Words(
        _("%(unit)s asks for time until %(until)s in case %(about)s: %(ground)s."),
        {"unit": UNIT, "until": MOMENT, "ground": GROUND, "basis": TEXT} | _DUE,
        post=Post.SUPERVISOR,
    ),
    "extension.granted": Words(
        _("Case %(about)s may be answered until %(until)s: %(ground)s."),
        {"until": MOMENT, "ground": GROUND, "basis": TEXT},
        _("Your request needs more time: you get the answer by %(until)s. Reason: %(ground)s."),
        for_resident=frozenset({"basis"}),
    ),
    "extension.refused": Words(
        _("More time in case %(about)s was refused; the answer stays due."), _DUE | _REASON
    ),
    "parking.asked": Words(
        _("%(unit)s asks to park case %(about)s until %(until)s: %(ground)s."),
        {"unit": UNIT, "until": MOMENT, "ground": GROUND} | _DUE,
        post=Post.SUPERVISOR,
    ),
    "parking.granted": Words(
        _("Case %(about)s is parked and is looked at again on %(until)s: %(ground)s."),
        {"until": MOMENT, "ground": GROUND},
        _(
            "Your request cannot be solved yet: %(ground)s. It stands in the ledger and is looked "
            "at again on %(until)s."
        ),
    ),
    "parking.refused": Words(
        _("Case %(about)s may not be parked; the answer stays due."), _DUE | _REASON
    ),
    "parking.review_due": Words(
        _("Case %(about)s is parked: it is to be looked at again on %(until)s."), {"until": MOMENT}
    ),
}
PARTS: Mapping[str, Words] = {
    "part.called": Words(
        _("%(unit)s calls your unit to case %(about)s; report there by %(due)s."),
        {"unit": UNIT, "task": TEXT, "where": TEXT} | _DUE,
    ),
    "part.accepted": Words(
        _("%(unit)s accepted its part in case %(about)s."), {"unit": UNIT} | _DUE
    ),
    "part.arrived": Words(
        _("%(unit)s reported on site for case %(about)s."), {"unit": UNIT, "where": TEXT}
    ),
    "part.released": Words(_("Your unit's part in case %(about)s is needed no more."), _REASON),
    "part.done": Words(_("%(unit)s finished its part in case %(about)s."), {"unit": UNIT}),
    "part.refused": Words(
        _("%(unit)s refuses its part in case %(about)s: %(ground)s. Rule on it by %(due)s."),
        {"unit": UNIT, "ground": GROUND} | _DUE,
        post=Post.SUPERVISOR,
    ),
    "part.refusal_ruled": Words(
        _("The refusal of %(unit)s to take its part in case %(about)s was ruled on: %(ruling)s."),
        {"unit": UNIT, "ruling": RULING} | _REASON,
    ),
    "part.handed_down": Words(
        _("%(unit)s gave your unit a part in case %(about)s; it is due by %(due)s."),
        {"unit": UNIT, "task": TEXT} | _DUE,
    ),
    "consultation.asked": Words(
        _("%(unit)s asks your unit's view of case %(about)s before it is sent; by %(due)s."),
        {"unit": UNIT, "task": TEXT} | _DUE,
    ),
    "consultation.answered": Words(
        _("%(unit)s gave its view of case %(about)s."), {"unit": UNIT}, post=Post.DISPATCHER
    ),
}
CLOCKS: Mapping[str, Words] = {
    "due.soon": Words(_("Case %(about)s is soon due: %(due)s."), _DUE),
    "due.now": Words(_("Case %(about)s is due now: %(due)s."), _DUE),
    "due.over": Words(_("Case %(about)s is overdue since %(due)s."), _DUE),
    "measure.opened": Words(
        _("Case %(about)s is under supervision (%(level)s); answer the supervisor by %(due)s."),
        {"level": LEVEL} | _DUE | _REASON,
    ),
    "measure.answered": Words(
        _("%(unit)s answered the supervision (%(level)s) of case %(about)s."),
        {"unit": UNIT, "level": LEVEL},
        post=Post.SUPERVISOR,
    ),
    "call_back.due": Words(
        _("Case %(about)s waits for its call-back until %(due)s."), _DUE, post=Post.CALLER
    ),
    "site_check.due": Words(
        _("Case %(about)s, found on patrol, was answered; look at it on site by %(due)s."),
        _DUE,
        post=Post.SUPERVISOR,
    ),
    "call_back.link": Words(
        _("The resident of case %(about)s got a link to the questions, open until %(until)s."),
        {"until": MOMENT},
        _("Is it solved? Answer three short questions by this link until %(until)s."),
        post=Post.CALLER,
    ),
    "call_back.judged": Words(
        _("Another round in case %(about)s was judged not reasonable: %(ground)s."),
        {"ground": JUDGED},
        _(
            "Your request goes into no further round: %(ground)s. It is noted as not solved. With "
            "your receipt you read why, and can ask again."
        ),
    ),
    "problem.taken_over": Words(
        _("%(official)s now looks after problem case %(about)s."), {"official": OFFICIAL}
    ),
    "problem.escalated": Words(
        _("Case %(about)s is unsolved after %(rounds)s rounds and is now a problem case."),
        {"rounds": NUMBER, "unit": UNIT},
        post=Post.SUPERVISOR,
    ),
}
SUPERVISION: Mapping[str, Words] = {
    "ruling.due": Words(
        _("An application in case %(about)s waits for a ruling; it is due %(due)s."),
        _DUE,
        post=Post.SUPERVISOR,
    ),
    "part.due": Words(_("Your unit's part in case %(about)s is due: %(due)s."), _DUE),
    "measure.due": Words(
        _("Case %(about)s is under supervision (%(level)s): your answer is due %(due)s."),
        {"level": LEVEL} | _DUE,
    ),
    "measure.unjudged": Words(
        _(
            "%(unit)s answered the supervision (%(level)s) of case %(about)s on %(since)s; it "
            "still waits for a judgement."
        ),
        {"unit": UNIT, "level": LEVEL, "since": MOMENT},
        post=Post.SUPERVISOR,
    ),
    "measure.accepted": Words(
        _("Your answer to the supervision (%(level)s) of case %(about)s was accepted."),
        {"level": LEVEL},
    ),
    "milestone.due": Words(
        _("A milestone of the parked case %(about)s is due: %(due)s."), {"task": TEXT} | _DUE
    ),
    "ledger.resumed": Words(
        _("The date of the parked case %(about)s has come: it is in your hands again.")
    ),
    "recheck.due": Words(
        _("Case %(about)s was closed a while ago: look whether the matter came back."),
        post=Post.SUPERVISOR,
    ),
    "stage.reported": Words(
        _("%(unit)s reported how far case %(about)s is."),
        {"unit": UNIT, "progress": TEXT},
        _("Your request is still being worked on. %(unit)s tells you how far it is."),
        post=Post.SUPERVISOR,
        for_resident=frozenset({"progress"}),
    ),
}
PATROLS: Mapping[str, Words] = {
    "patrol.missed": Words(
        _("Patrols missed in the beats of your unit, in periods that ended on %(day)s: %(count)s."),
        {"day": DAY, "count": NUMBER},
    ),
}
COLLEAGUES: Mapping[str, Words] = {
    "mention": Words(
        _("%(by)s mentions you in a note on case %(about)s."),
        {"by": OFFICIAL},
    ),
    "watch.moved": Words(
        _("Case %(about)s, which you watch, is now %(status)s."), {"status": STATUS}
    ),
    "handover.given": Words(_("%(by)s handed case %(about)s over to you."), {"by": OFFICIAL}),
    "handover.many": Words(
        _("%(by)s handed the open cases of %(official)s over to you: %(count)s in all."),
        {"by": OFFICIAL, "official": OFFICIAL, "count": NUMBER},
    ),
    "finding.answered": Words(
        _("Your finding, case %(about)s, was answered: look again on site whether it is done.")
    ),
}
WORDS: Mapping[str, Words] = {
    **CASES,
    **CALLERS,
    **PAPERS,
    **PARTS,
    **CLOCKS,
    **SUPERVISION,
    **PATROLS,
    **COLLEAGUES,
    **COUNTING,
}


def words_of(code: str) -> Words:
    """The words of a code; an unknown one is a mistake in the code that tells."""
    try:
        return WORDS[code]
    except KeyError:
        raise LookupError(f"There is no notice “{code}”: add it to notices/words.py.") from None


def kept_facts(code: str, given: Mapping[str, object]) -> dict[str, object]:
    """Check the facts of a notice against its words, and turn them into JSON."""
    words = words_of(code)
    given = {name: value for name, value in given.items() if value is not None}
    unknown, missing = given.keys() - words.facts.keys(), words.owed() - given.keys()
    if unknown or missing:
        raise ValueError(
            f"“{code}” carries {', '.join(sorted(words.facts)) or 'no facts'}; "
            f"unknown: {sorted(unknown)}, missing: {sorted(missing)}."
        )
    kept = {}
    for name, value in given.items():
        try:
            kept[name] = words.facts[name].kept(value)
        except TypeError as wrong:
            raise TypeError(f"“{name}” of “{code}” is {value!r}; it must be {wrong}.") from None
    return kept
