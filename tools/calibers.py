"""The shipped calibers side by side, and what each word of their text means, from the code."""

from collections.abc import Callable

from django.utils.translation import override

from huiyin.counting.calibers import sentences
from huiyin.counting.calibers.adopting import shipped_texts
from huiyin.counting.calibers.reading import read_caliber
from huiyin.counting.rules import Caliber

# The words of a text that choose one of several, with the sentences that say each.
CHOICES = {
    "counting.denominator": sentences.DENOMINATORS,
    "counting.merged": sentences.MERGED,
    "counting.rounds": sentences.ROUNDS,
    "counting.not_yet_callable": sentences.NOT_YET,
    "counting.not_reached": sentences.NOT_REACHED,
    "ranking.ranked_by": sentences.RANKED_BY,
    "ranking.zero_n": sentences.ZERO_N,
    "ranking.ties": sentences.TIES,
    "ranking.totals": sentences.TOTALS,
    "ranking.compared": sentences.COMPARED,
    "ranking.below": sentences.BELOW,
    "rounding.when": sentences.WHEN,
    "rounding.half": sentences.HALVES,
    "credits": sentences.EVENTS,
}


def _shipped() -> list[Caliber]:
    return [read_caliber(text) for text in shipped_texts().values()]


def _presets(_about: str) -> str:
    with override("en"):
        shipped = _shipped()
        said = [{each.key: each for each in sentences.sayings(caliber)} for caliber in shipped]
        keys = dict.fromkeys(key for sayings in said for key in sayings)
        rows = [
            ["", *(f"`{caliber.code}` {caliber.name}" for caliber in shipped)],
            ["---"] * (len(shipped) + 1),
            ["Source", *map(sentences.source_of, shipped)],
        ]
        for key in keys:
            heading = next(sayings[key].heading for sayings in said if key in sayings)
            rows.append([heading, *(says[key].words if key in says else "–" for says in said)])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _unknown(_about: str) -> str:
    with override("en"):
        return "\n".join(
            f"- `{caliber.code}`: {' '.join(sentences.unknown_in(caliber))}"
            for caliber in _shipped()
        )


def _words(_about: str) -> str:
    rows = ["| word | may say | meaning |", "|---|---|---|"]
    with override("en"):
        for word, known in CHOICES.items():
            rows += [f"| `{word}` | `{said}` | {words} |" for said, words in known.items()]
    return "\n".join(rows)


PARTS: dict[str, Callable[[str], str]] = {
    "caliber-presets": _presets,
    "caliber-unknown": _unknown,
    "caliber-words": _words,
}
