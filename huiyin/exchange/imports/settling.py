"""One row being read: the rules it has used so far, and the notes owed for them."""

from collections.abc import Mapping as Rows
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiyin.exchange.imports import rules
from huiyin.exchange.imports.mapping import Mapping, ValueMap
from huiyin.exchange.imports.wording import reason_of
from huiyin.office.problems import WrongInput


@dataclass(slots=True)
class Note:
    """What the source said and a rule left out: facts for the chain, words beside it."""

    rules: list[str] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def details(self) -> dict[str, Any]:
        """The facts of the entry."""
        return {"rules": list(dict.fromkeys(self.rules)), "said": self.said}


class RowReader:
    """A row, and what reading it has used: rules to be counted, notes for the logbook.

    The first note stands behind the receipt, the last one behind the last step.
    """

    def __init__(
        self, cells: Rows[str, object], texts: Rows[str, str], *, mapping: Mapping, now: datetime
    ) -> None:
        self.cells, self.texts, self.mapping, self.now = cells, texts, mapping, now
        self.used: dict[str, None] = {}
        self.first, self.last = Note(), Note()

    def settle(self, rule: str) -> str:
        """Use a rule: count it and answer what it says, or reject the row."""
        choice = self.mapping.rules[rule]
        if choice == rules.REJECT:
            raise WrongInput(reason_of(rule))
        self.used[rule] = None
        return choice

    def meaning(self, words: ValueMap) -> str:
        """What the row's word means, or the sentence that it is not in the mapping."""
        found = words.meaning(self.texts)
        if found is None:
            raise self.unknown(words.column, self.texts.get(words.column, ""))
        return found

    def unknown(self, column: str, said: str) -> WrongInput:
        """The sentence for a word that the mapping does not know."""
        sentence = (
            _("“%(word)s” in the column “%(column)s” is not in the mapping.")
            if said
            else _("The column “%(column)s” is empty, and the mapping says nothing for that.")
        )
        return WrongInput(sentence % {"word": said[:60], "column": column})
