"""The code words that notices carry, and how each is said inside a sentence.

The rooms above know more of each word; here stands only how a notice says it. A test
compares the lists with theirs.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Choices = Mapping[str, Promise]

# Why a unit objects, asks or refuses; Article 15 and domain §2.3 name them.
GROUNDS: Choices = {
    "not_our_place": _("not our place"),
    "not_our_duty": _("not our duty"),
    "shared_duty": _("a duty of several units"),
    "duplicate": _("the same case is in hand already"),
    "facts_missing": _("facts are missing"),
    "no_power": _("no power to act"),
    "already_done": _("already done"),
    "law": _("a law or regulation allows it"),
    "industry_rule": _("a rule of the trade allows it"),
    "outside_procedure": _("a procedure outside the unit must end first"),
    "on_site_proof": _("on-site proof needs more time"),
    "planning": _("it depends on a plan that is not settled"),
    "money": _("the money is not granted yet"),
    "history": _("it is left over from history"),
    "technique": _("there is no technical solution yet"),
    "season": _("the season does not allow the work"),
    "other_party": _("another party must act first"),
    "wrong_unit": _("sent to the wrong unit"),
    "wrong_case": _("the wrong case was sent"),
}
RULINGS: Choices = {
    "grant": _("granted"),
    "refuse": _("refused"),
    "redispatch": _("sent to another unit"),
    "designate": _("a unit is designated, and it cannot be returned"),
    "uphold": _("the dispatch stands"),
    "return": _("taken back to the hotline"),
}
ROUTES: Choices = {
    "emergency": _("it was handed to the emergency service at once"),
    "legal_channel": _("a legal procedure is open to you or already under way"),
    "same_matter": _("the same matter is in hand or was answered"),
    "secret": _("it touches on secrets or on the privacy of others"),
    "outside_duty": _("it lies outside the duties of the city's government"),
    "unlawful": _("it asks for what the law forbids"),
}
BODIES: Choices = {
    "other_city": _("another city"),
    "higher_level": _("a higher level of government"),
    "police": _("the police"),
    "court": _("the court"),
    "petition_office": _("the petition office"),
    "other": _("another body"),
}
# Why no further round begins, though the resident calls it unsolved.
JUDGEMENTS: Choices = {
    "done_as_owed": _("all that the law and the standards ask was done"),
    "no_legal_basis": _("what is wanted has no basis in law"),
    "outside_duty": _("what is wanted is no duty of government"),
    "not_feasible": _("it cannot be done at present, as was shown"),
    "other_matter": _("it is another matter than the one asked for"),
    "facts_wrong": _("the facts are not as stated"),
}
LEVELS: Choices = {
    "remind": _("a reminder"),
    "supervise": _("supervision"),
    "interview": _("an interview"),
    "listed": _("listed supervision"),
    "meeting": _("the review meeting"),
}
STATUSES: Choices = {
    "received": _("received"),
    "dispatched": _("dispatched"),
    "in_hand": _("in hand"),
    "parked": _("parked"),
    "transferred": _("transferred"),
    "merged": _("merged"),
    "answered": _("answered"),
    "closed": _("closed"),
    "redirected": _("redirected"),
    "withdrawn": _("withdrawn"),
}
