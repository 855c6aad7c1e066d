"""How it was counted, in sentences below every report."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.reports.shown.words import (
    Contents,
    moment,
    name_of,
    reads_english,
    span_words,
)

DENOMINATORS = {
    "valid_call_backs": gettext_lazy(
        "Divided by valid call-backs: residents who were reached and answered within the window."
    ),
    "call_backs": gettext_lazy("Divided by call-backs within the window, also those in vain."),
    "closed": gettext_lazy("Divided by what was closed within the window."),
    "answered": gettext_lazy("Divided by what was answered within the window."),
    "received": gettext_lazy("Divided by what was received within the window."),
}
MERGED = {
    "per_voice": gettext_lazy("Of requests worked together, each resident counts."),
    "per_parent": gettext_lazy("Requests worked together count as one."),
}
ROUNDS = {
    "last": gettext_lazy("Of several rounds the last counts."),
    "first": gettext_lazy("Of several rounds the first counts."),
    "every": gettext_lazy("Every round counts."),
}
RANKED = {
    "net": gettext_lazy("Places are given by the figures without exclusions; both are shown."),
    "all": gettext_lazy("Places are given by the figures with exclusions; both are shown."),
}
ZERO = {
    "zero": gettext_lazy("A unit of which nothing was counted has the score 0."),
    "not_rated": gettext_lazy("A unit of which nothing was counted is not rated."),
}
TOTALS = {
    "sum": gettext_lazy("The last row of a group divides sums by sums."),
    "unweighted_mean": gettext_lazy("The last row of a group is the plain mean over its units."),
}


def notes_of(contents: Contents) -> list[str]:
    """Every choice that made these figures, and what is not known of it."""
    return list(_notes(contents))


def _notes(contents: Contents) -> Iterator[str]:
    caliber, zone = contents["caliber"], contents["city"]["zone"]
    yield _("Caliber: %(name)s (%(code)s, SHA-256 %(digest)s). Source: %(source)s.") % {
        "name": name_of(caliber),
        "code": caliber["code"],
        "digest": caliber["digest"][:16],
        "source": _either(caliber, "source").rstrip(".。"),
    }
    yield from _either_list(caliber, "unknown")
    yield _weights(caliber)
    yield str(DENOMINATORS[caliber["denominator"]])
    yield str(MERGED[caliber["merged"]])
    yield str(ROUNDS[caliber["rounds"]])
    yield str(RANKED[caliber["ranked_by"]])
    yield str(ZERO[caliber["zero_n"]])
    yield str(TOTALS[caliber["totals"]])
    if caliber["min_n"]:
        yield _("Units with fewer than %(count)d counted are shown and not rated.") % {
            "count": caliber["min_n"]
        }
    if contents["before"]:
        yield _("The window before went %(span)s.") % {"span": span_words(contents["before"], zone)}
    if contents["stands_at"] != contents["as_of"]:
        at = moment(contents["stands_at"], zone)
        yield _("What waits is told as on %(at)s, as in the first issue.") % {"at": at}
    yield _(
        "Intervals hold with 95%: of a score by Wilson's method, of places for all units of a "
        "group at once. Chance alone may order units within one band."
    )
    yield _("Figures of the whole city count also what no ranked unit leads.")


def _weights(caliber: Contents) -> str:
    weights = [f"{name_of(part)} {part['weight']}" for part in caliber["parts"]]
    return _("Weights of the composite score: %(weights)s.") % {"weights": _(", ").join(weights)}


def _either(caliber: Contents, word: str) -> str:
    english = caliber[f"{word}_en"] if reads_english() else ""
    return str(english or caliber[word])


def _either_list(caliber: Contents, word: str) -> list[str]:
    english = caliber[f"{word}_en"] if reads_english() else []
    return list(english or caliber[word])
