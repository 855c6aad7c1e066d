"""Reading a TOML table strictly: an unknown key or a wrong kind of value is one sentence."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from huiyin.office.problems import WrongInput


def nearest(word: str, words: Iterable[str]) -> str:
    """The known word that is most like this one; empty where none is like it."""
    by_folded = {known.casefold(): known for known in words}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[found[0]] if found else ""


class Table:
    """One table of a mapping; keys are taken out one by one, and `finish` refuses the rest."""

    def __init__(self, name: str, content: object) -> None:
        if not isinstance(content, dict):
            raise WrongInput(
                _("In the mapping, [%(table)s] must be a table of keys and values.")
                % {"table": name}
            )
        self.name, self.left, self.known = name, dict(content), set[str]()

    def take(self, key: str, default: Any = None) -> Any:
        """Take out a value of any kind."""
        self.known.add(key)
        return self.left.pop(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """Take out a text; without a default it must be there and not empty."""
        value = self.take(key, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value.strip()
        raise self._wrong(key, _("a text"))

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Take out a list of texts, or a single one."""
        value = self.take(key, list(default))
        found = [value] if isinstance(value, str) else value
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(found)
        raise self._wrong(key, _("a text or a list of texts"))

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Take out one of a few words."""
        value, words = self.take(key, default), list(choices)
        if value in words:
            return str(value)
        raise self._wrong(key, ", ".join(words))

    def flag(self, key: str, *, default: bool) -> bool:
        """Take out true or false."""
        value = self.take(key, default)
        if isinstance(value, bool):
            return value
        raise self._wrong(key, _("true or false"))

    def words(self, key: str) -> dict[str, str]:
        """Take out a table of texts."""
        value = self.take(key, {})
        if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
            return dict(value)
        raise self._wrong(key, _("a table of texts"))

    def table(self, key: str) -> "Table":
        """Take out a table inside this one; empty where there is none."""
        name = f"{self.name}.{key}" if self.name else key
        return Table(name, self.take(key, {}))

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        for key in self.left:
            near = nearest(key, self.known)
            sentence = (
                _("In the mapping, %(table)s has “%(key)s”, which is not known; write “%(near)s”?")
                if near
                else _("In the mapping, %(table)s has “%(key)s”, which is not known; take it out.")
            )
            raise WrongInput(sentence % {"table": self.label, "key": key, "near": near})

    @property
    def label(self) -> str:
        """How the table is named in a sentence."""
        return f"[{self.name}]" if self.name else _("the top")

    def _wrong(self, key: str, wanted: str) -> WrongInput:
        return WrongInput(
            _("In the mapping, “%(key)s” in %(table)s must be: %(wanted)s.")
            % {"key": key, "table": self.label, "wanted": wanted}
        )
