"""The words of joint work: what a button says, what the page tells after it, what is marked."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "accept": _("Accept the part"),
    "arrive": _("Report the arrival"),
    "report": _("Report the result"),
    "refuse": _("Refuse with a ground"),
    "rule": _("Rule on the refusal"),
    "release": _("Release the unit"),
    "mark_called": _("Mark the unit that was called"),
    "mark_caller": _("Mark the unit that called"),
}
TAKEN = {
    "accept": _("The part was accepted."),
    "arrive": _("The arrival was written down."),
    "report": _("The result was reported to the unit in charge."),
    "refuse": _("The refusal was filed; the part stays with your unit until the ruling."),
    "release": _("The unit was released from its part."),
    "mark_called": _("Your marks were kept."),
    "mark_caller": _("Your marks were kept."),
}
THINGS = {
    "arrival": _("Came in time, with the right people"),
    "work": _("Did its part of the work"),
    "cooperation": _("Worked together with others"),
    "reason": _("The call was needed and clear"),
    "lead": _("Led the work on site"),
}
MARKS = (
    (5, _("5 very good")),
    (4, _("4 good")),
    (3, _("3 fair")),
    (2, _("2 poor")),
    (1, _("1 bad")),
)
STATES = {
    "sent": _("not accepted yet"),
    "accepted": _("accepted"),
    "done": _("reported back"),
    "returned": _("excused"),
    "released": _("no longer needed"),
}
STATE_TONES = {
    "sent": "warn",
    "accepted": "",
    "done": "good",
    "returned": "quiet",
    "released": "quiet",
}
