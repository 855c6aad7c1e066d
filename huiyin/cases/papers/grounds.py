"""The grounds of applications in words: what a unit may invoke, and what a reader sees."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.cases.rules import PROCEDURES

GROUNDS: dict[str, Promise] = {
    "not_our_place": _("not in our place"),
    "not_our_duty": _("not our duty"),
    "shared_duty": _("the duty is shared"),
    "duplicate": _("a duplicate"),
    "facts_missing": _("facts are missing"),
    "law": _("a law or regulation sets a longer time"),
    "industry_rule": _("a rule of the trade sets a longer time"),
    "outside_procedure": _("a procedure outside our unit must end first"),
    "on_site_proof": _("an examination on site or by experts is needed"),
    "planning": _("needs planning or a permit"),
    "money": _("needs money that is not granted yet"),
    "history": _("left over from long ago, several parties involved"),
    "technique": _("not feasible technically yet"),
    "season": _("only possible in another season"),
    "other_party": _("depends on another party"),
    "no_power": _("we have no power to act"),
    "already_done": _("done already"),
    "wrong_unit": _("sent to the wrong unit"),
    "wrong_case": _("sent by mistake"),
}


def grounds_of(kind: str) -> list[tuple[str, Promise]]:
    """The grounds of a kind of application, as choices."""
    return [(ground, GROUNDS[ground]) for ground in PROCEDURES[kind].grounds]
