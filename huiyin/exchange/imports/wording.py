"""The sentences of an import: why a row was rejected, and what each rule did how often."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.exchange.imports import rules

REASONS: dict[str, Promise] = {
    rules.OUT_OF_ORDER: _("A step is dated before the one it follows."),
    rules.DUE_MISSING: _("The source gives no deadline."),
    rules.MOMENT_MISSING: _("The status says that a step was taken, but not when."),
    rules.UNUSED_MOMENT: _("The row dates a step that its status says was not taken."),
    rules.UNPLACED_ANSWER: _("There is a reply, but by its status the case was not answered."),
    rules.REPLY_MISSING: _("By its status the case was answered, but there is no reply."),
    rules.DEFAULT_POINT: _("The point stands only for “somewhere in the city”."),
    rules.IMPOSSIBLE_POINT: _("The point is incomplete, or not on the earth."),
    rules.UNCLEAR_TIME: _("A local time is skipped or comes twice, because clocks were changed."),
    rules.DAY_ONLY: _("A moment has a day, but no time of day."),
    rules.TEXT_MISSING: _("The case has no text."),
    rules.TEXT_TOO_LONG: _("A text is longer than a case can hold."),
    rules.AMBIGUOUS_PLACE: _("Several places of the city bear the name of the place."),
}
# What was done, said beside the number of rows: "176 rows: …".
DONE: dict[tuple[str, str], Promise] = {
    (rules.OUT_OF_ORDER, "hold"): _(
        "a step is dated before the one it follows; it was taken at the moment of that one"
    ),
    (rules.DUE_MISSING, "no_clock"): _(
        "the source gives no deadline; counted neither on time nor overdue"
    ),
    (rules.DUE_MISSING, "city_rule"): _(
        "the source gives no deadline; it was reckoned by the city's rule"
    ),
    (rules.MOMENT_MISSING, "stop"): _(
        "a step of the status has no date; the case stops before that step"
    ),
    (rules.UNUSED_MOMENT, "note"): _(
        "a step is dated that the status says was not taken; noted in the logbook, not taken"
    ),
    (rules.UNPLACED_ANSWER, "note"): _(
        "a reply or an opinion without an answered status; noted in the logbook, not taken"
    ),
    (rules.REPLY_MISSING, "empty"): _("answered without a reply; the reply stays empty"),
    (rules.DEFAULT_POINT, "drop"): _(
        "the point stands only for “somewhere in the city”; the case has no point"
    ),
    (rules.DEFAULT_POINT, "keep"): _("the point stands only for “somewhere in the city”; kept"),
    (rules.IMPOSSIBLE_POINT, "drop"): _("the point is impossible; the case has no point"),
    (rules.UNCLEAR_TIME, "first"): _(
        "a local time was skipped or came twice; the first reading was taken, and noted"
    ),
    (rules.DAY_ONLY, "start_of_day"): _(
        "a moment has no time of day; taken as the start of that day, and noted"
    ),
    (rules.TEXT_MISSING, "title"): _("no text; the title was taken for it"),
    (rules.TEXT_TOO_LONG, "cut"): _(
        "a text is too long; cut, and kept whole in the logbook beside the case"
    ),
    (rules.AMBIGUOUS_PLACE, "leave"): _(
        "several places of the city bear the name of the place; the case has no place"
    ),
}


def reason_of(rule: str) -> str:
    """Why a row was rejected by a rule, as one sentence."""
    return str(REASONS[rule])


def done_by(rule: str, choice: str) -> str:
    """What a rule did, to stand after the number of rows."""
    return str(DONE[rule, choice])
