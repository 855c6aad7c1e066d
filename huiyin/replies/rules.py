"""The variables of standard texts: which there are, which a text uses, and how they are filled.

A variable stands in braces under a Chinese or an English name: {工单编号} or {number}.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = re.compile(r"\{([^{}\n]{1,20})\}")
# Who is named after an @, and what may not stand before it: an address of mail is no mention.
MENTION = re.compile(r"(?<![A-Za-z0-9._+-])[@＠](\S{1,60})")
LONGEST_TEXT = 2000
LONGEST_NOTE = 2000
# Everything that was typed into one form, as it is kept.
LONGEST_DRAFT = 20_000
MOST_IN_BULK = 200


@dataclass(frozen=True)
class Variable:
    """A blank in a text: its word in the code, and the two names that people write."""

    word: str
    chinese: str
    english: str
    # Opens the sealed data of the resident, which is written in the access log.
    personal: bool = False


VARIABLES = (
    Variable("number", "工单编号", "number"),
    Variable("title", "事项", "matter"),
    Variable("kind", "诉求类型", "kind"),
    Variable("unit", "承办单位", "unit"),
    Variable("due", "到期时间", "due"),
    Variable("place", "地点", "place"),
    Variable("received", "受理时间", "received"),
    Variable("round", "轮次", "round"),
    Variable("today", "今天", "today"),
    Variable("official", "经办人", "official"),
    Variable("person", "诉求人", "person", personal=True),
)
BY_NAME = {name: one for one in VARIABLES for name in (one.chinese, one.english)}


def names_in(body: str) -> list[str]:
    """The names in braces, each once, in the order in which they come."""
    return list(dict.fromkeys(name.strip() for name in VARIABLE.findall(body)))


def unknown_in(body: str) -> list[str]:
    """The names in braces that are no variable."""
    return [name for name in names_in(body) if name not in BY_NAME]


def is_personal(body: str) -> bool:
    """Whether filling this text opens the data of the resident."""
    return any(BY_NAME[name].personal for name in names_in(body) if name in BY_NAME)


def filled(body: str, facts: Mapping[str, str]) -> str:
    """The text with each known variable replaced; what is put in is not read again."""

    def fact(found: re.Match[str]) -> str:
        variable = BY_NAME.get(found[1].strip())
        return found[0] if variable is None else facts.get(variable.word, "")

    return VARIABLE.sub(fact, body)


def mentioned(words: str, names: Mapping[str, int]) -> tuple[list[int], list[str]]:
    """Who is named after an @ (the longest name that fits), and what fits nobody."""
    found, lost = [], []
    ordered = sorted(names, key=len, reverse=True)
    for said in MENTION.findall(words):
        name = next((name for name in ordered if said.startswith(name)), None)
        if name is None:
            lost.append(said)
        else:
            found.append(names[name])
    return list(dict.fromkeys(found)), list(dict.fromkeys(lost))
