"""The words owed to a resident whose request takes one of the six special ways.

Each ends with how to go on. They are what a city may start from; the operator can put them
in other words (《条例》第十一条; the sentences are our own).
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.cases.rules import SpecialRoute

OWED: dict[str, Promise] = {
    SpecialRoute.EMERGENCY: _(
        "This is an emergency. We have handed it to the emergency service at once; if you have "
        "not been reached yet, call 110, 119, 120 or 122 yourself."
    ),
    SpecialRoute.LEGAL_CHANNEL: _(
        "For this the law provides a procedure of its own: a court, arbitration, review, "
        "discipline, disclosure or the petition office. Turn there directly; the hotline cannot "
        "decide in its place, and you lose no right by having asked us."
    ),
    SpecialRoute.SAME_MATTER: _(
        "The same matter was taken in before under the number above. We have told you how it "
        "stands. If you have new facts, add them or ask again, and we look at it anew."
    ),
    SpecialRoute.SECRET: _(
        "This touches on a state or business secret or on somebody's privacy, which we may not "
        "disclose. You may ask the body concerned with a proof of your right."
    ),
    SpecialRoute.OUTSIDE_DUTY: _(
        "This is not within the duties of the city's government. You may settle it with the "
        "other side, turn to a trade or social organisation, or call 12315 or 12348 for advice."
    ),
    SpecialRoute.UNLAWFUL: _(
        "We may not support what is against the law or public order. If your situation is "
        "different from how we understood it, tell us the facts and we look at it again."
    ),
}


# Whom a person in danger is connected with at once: number, service, what it is for. They are
# the same in the whole country; a hotline that hands calls over otherwise changes them here.
EMERGENCY_NUMBERS: tuple[tuple[str, Promise, Promise], ...] = (
    ("110", _("police"), _("crime, violence, somebody threatened or missing")),
    ("119", _("fire and rescue"), _("fire, somebody trapped, gas, collapse, floods")),
    ("120", _("ambulance"), _("injured, unconscious, suddenly ill")),
    ("122", _("traffic police"), _("a road accident")),
)
# What the operator does, in this order, and may read out.
HAND_OVER: tuple[Promise, ...] = (
    _("Stay on the line. Ask only: where exactly, what happened, is anybody hurt."),
    _("Connect the call to the service now; if that fails, call there yourself and pass it on."),
    _("Say to the person: “I am handing you over to them; stay reachable at this number.”"),
    _("Only then write it down: to whom it was handed over, and when."),
)


def words_owed(route: str) -> str:
    """The standard words of a route, in the language of the moment."""
    return str(OWED[SpecialRoute(route)])
