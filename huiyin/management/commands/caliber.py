"""`huiyin caliber list|show|check|diff|adopt`: by which rules the city counts, as text.

Exit status 0 done, 1 when a text is no caliber or two differ, 2 when it cannot be used.
"""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.counting.calibers.adopting import (
    adopt_caliber,
    adopted_on,
    caliber_named,
    caliber_on,
    shipped_texts,
)
from huiyin.counting.calibers.grouping import placed_units, unknown_codes
from huiyin.counting.calibers.models import AdoptedCaliber
from huiyin.counting.calibers.reading import read_caliber, text_of, write_caliber
from huiyin.counting.calibers.sentences import (
    differences,
    formula,
    name_of,
    sayings,
    source_of,
    unknown_in,
)
from huiyin.counting.calibers.sheet import WrongCaliber
from huiyin.counting.rules import Caliber
from huiyin.departments.models import Official
from huiyin.office.problems import Problem, WrongInput
from huiyin.office.reasons import reason_of

FAULTY, DIFFERS, WRONG_USE = 1, 1, 2


class Command(BaseCommand):
    """Lists, shows, checks, compares and adopts calibers."""

    help = "By which rules the city counts: huiyin caliber list|show|check|diff|adopt."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word for what to do, and the calibers it is about."""
        parser.add_argument("act", choices=("list", "show", "check", "diff", "adopt"))
        parser.add_argument(
            "calibers", nargs="*", metavar="CALIBER", help="a code, a digest or a TOML file"
        )
        parser.add_argument("--text", action="store_true", help="show: the canonical text")
        parser.add_argument("--from", dest="from_on", help="adopt: the first day, as 2026-12-01")
        parser.add_argument("--by", default="", help="adopt: the sign-in name of who decides")
        parser.add_argument("--reason", default="", help="adopt: why the city counts otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says; a problem is told in one sentence."""
        try:
            getattr(self, f"_{options['act']}")(options)
        except WrongCaliber as problem:
            told = "\n".join(map(str, problem.faults))
            raise CommandError(told, returncode=FAULTY) from problem
        except Problem as problem:
            raise CommandError(str(problem), returncode=WRONG_USE) from problem

    def _list(self, _options: dict[str, Any]) -> None:
        today = timezone.localdate()
        held, caliber = adopted_on(today), caliber_on(today)
        since = _("since %(day)s") % {"day": held.valid_from} if held else _("nothing adopted yet")
        self._line(_("Holds today: %(name)s (%(since)s)"), name=caliber.code, since=since)
        for row in AdoptedCaliber.objects.select_related("caliber").order_by("-valid_from", "-pk"):
            digest = row.caliber.digest[:12]
            self.stdout.write(f"{row.valid_from}  {row.caliber.code}  {digest}  {row.reason}")
        self.stdout.write(_("Shipped:"))
        for code, text in shipped_texts().items():
            shipped = read_caliber(text)
            self.stdout.write(f"{code}  {shipped.digest[:12]}  {name_of(shipped)}")

    def _show(self, options: dict[str, Any]) -> None:
        caliber = self._one(options)
        if options["text"]:
            self.stdout.write(write_caliber(caliber), ending="")
            return
        self.stdout.write(f"{caliber.code}  {name_of(caliber)}\n{source_of(caliber)}")
        self.stdout.write(f"SHA-256 {caliber.digest}\n{formula(caliber)}")
        for each in sayings(caliber):
            self.stdout.write(f"{each.heading}: {each.words}")
        for sentence in unknown_in(caliber):
            self._line(_("Not known: %(what)s"), what=sentence)

    def _check(self, options: dict[str, Any]) -> None:
        caliber = self._one(options)
        missing = unknown_codes(caliber)
        if missing:
            sentence = _("There is no unit with these codes: %(codes)s.")
            raise WrongInput(sentence % {"codes": ", ".join(missing)})
        placed = placed_units(caliber)
        for group, count in placed.groups:
            self._line(_("%(group)s: %(count)d units"), group=name_of(group), count=count)
        for unit in placed.nowhere:
            sentence = _("ATTENTION: %(unit)s (%(code)s) is in no group; its work counts nowhere.")
            self._line(sentence, unit=unit, code=unit.code)
        self._line(_("The caliber can be used: %(digest)s"), digest=caliber.digest)

    def _diff(self, options: dict[str, Any]) -> None:
        old, new = self._several(options, 2)
        found = differences(old, new)
        for each in found:
            self.stdout.write(f"{each.heading}\n  - {each.old}\n  + {each.new}")
        if not found:
            self.stdout.write(_("The two calibers say the same."))
            return
        raise CommandError(
            _("They differ in %(count)d points.") % {"count": len(found)}, returncode=DIFFERS
        )

    def _adopt(self, options: dict[str, Any]) -> None:
        (name,) = options["calibers"] if len(options["calibers"]) == 1 else ("",)
        by = Official.objects.filter(sign_in_name=options["by"], is_active=True).first()
        if not name or by is None or not options["from_on"]:
            raise WrongInput(
                _("Name one caliber, --from a day, --by an administrator, and --reason.")
            )
        row = adopt_caliber(
            _text(name), from_on=_day(options["from_on"]), by=by, at=timezone.now(),
            reason=options["reason"],
        )  # fmt: skip
        sentence = _("“%(code)s” holds from %(day)s on: %(digest)s")
        facts = {"code": row.caliber.code, "day": row.valid_from, "digest": row.caliber.digest}
        self.stdout.write(sentence % facts)

    def _one(self, options: dict[str, Any]) -> Caliber:
        (caliber,) = self._several(options, 1)
        return caliber

    def _several(self, options: dict[str, Any], count: int) -> list[Caliber]:
        names = options["calibers"]
        if len(names) != count:
            raise WrongInput(
                _("Calibers to name: %(count)d, each by its code, its digest or a TOML file.")
                % {"count": count}
            )
        return [_named(name) for name in names]

    def _line(self, sentence: str, **facts: object) -> None:
        self.stdout.write(sentence % facts)


def _named(name: str) -> Caliber:
    if name.endswith(".toml"):
        return read_caliber(_text(name))
    return caliber_named(name, on=timezone.localdate())


def _text(name: str) -> str:
    if name in shipped_texts():
        return shipped_texts()[name]
    if not name.endswith(".toml"):
        return write_caliber(_named(name))
    try:
        return text_of(Path(name).read_bytes())
    except OSError as reason:
        sentence = _("The file %(name)s cannot be read: %(reason)s.")
        raise WrongInput(sentence % {"name": name, "reason": reason_of(reason)}) from reason


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = _("“%(text)s” is no day; write it as 2026-12-01.")
        raise WrongInput(sentence % {"text": text}) from None
