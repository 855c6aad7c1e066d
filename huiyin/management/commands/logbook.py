"""`huiyin logbook`: verify it, seal it, publish the seals, check a receipt.

Exit status 0 when all is in order, 1 when something is found wrong, 2 for wrong use.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.logbook import queries, receipts, rules
from huiyin.logbook.rules import Header
from huiyin.logbook.sealing import seal_all
from huiyin.logbook.verifying import Verdict, verify
from huiyin.office.problems import NotFound, Problem
from huiyin.office.reasons import reason_of

FOUND_WRONG, WRONG_USE = 1, 2


class Command(BaseCommand):
    """The logbook, for operators and auditors."""

    help = "Verify, seal and publish the logbook, and check receipts against published seals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the words that may follow `huiyin logbook`."""
        acts = parser.add_subparsers(dest="act", required=True)
        act = acts.add_parser("verify", help="check every entry, chain and seal")
        act.add_argument("--json", action="store_true", help="print one JSON object")
        act.add_argument("--against", metavar="FILE", help="seals that were published elsewhere")
        acts.add_parser("seal", help="seal what was written since the last seal")
        act = acts.add_parser("seals", help="publish all seals as JSON")
        act.add_argument("--out", metavar="FILE", required=True)
        act = acts.add_parser("entries", help="export entries without anybody's words")
        act.add_argument("number", nargs="*", help="numbers of cases; all, if none is named")
        act.add_argument("--out", metavar="FILE", required=True)
        act = acts.add_parser("proof", help="write the proof that a case stands in a seal")
        act.add_argument("number")
        act.add_argument("--out", metavar="FILE", required=True)
        act = acts.add_parser("check-receipt", help="check a proof against published seals")
        act.add_argument("file", metavar="FILE")
        act.add_argument("--seals", metavar="FILE", help="published seals; else those of this city")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one act that was asked for."""
        act = getattr(self, options["act"].replace("-", "_"))
        try:
            act(options)
        except Problem as problem:
            raise CommandError(str(problem), returncode=FOUND_WRONG) from problem
        except OSError as reason:
            sentence = _("The file %(file)s cannot be used: %(reason)s.")
            said = {"file": reason.filename, "reason": reason_of(reason)}
            raise CommandError(sentence % said, returncode=WRONG_USE) from reason

    def verify(self, options: dict[str, Any]) -> None:
        """Check the logbook; exit with 1 when anything is wrong."""
        published = _seals_in(options["against"]) if options["against"] else []
        verdict = verify(self._tell, published=published)
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json(), ensure_ascii=False))
        else:
            self._say(verdict)
        if verdict.problems:
            sys.exit(FOUND_WRONG)

    def _tell(self, entries: int) -> None:
        if self.stderr.isatty():
            sentence = _("%(entries)d entries checked …") % {"entries": entries}
            self.stderr.write(f"\r{sentence} ", ending="")

    def _say(self, verdict: Verdict) -> None:
        for fault in verdict.problems:
            where = fault.about if fault.position is None else f"{fault.about} [{fault.position}]"
            which = "" if fault.entry is None else f" ({fault.entry})"
            self.stdout.write(f"{where}{which}: {fault.problem}")
        summary = _(
            "Checked: %(entries)d entries, %(chains)d chains, %(seals)d seals. "
            "Words erased: %(erased_words)d. Waiting for a seal: %(unsealed_entries)d. "
            "Faults: %(faults)d."
        )
        faults = len(verdict.problems) + verdict.more_problems
        self.stdout.write(summary % (asdict(verdict) | {"faults": faults}))

    def seal(self, options: dict[str, Any]) -> None:
        """Seal whatever waits."""
        made = list(seal_all(at=timezone.now()))
        if not made:
            self.stdout.write(_("Nothing was written since the last seal; none was made."))
        for header in made:
            sentence = _("Seal %(number)d was made (chains: %(leaves)d): %(hash)s")
            self.stdout.write(sentence % asdict(header))

    def seals(self, options: dict[str, Any]) -> None:
        """Write all seals into a file that may be put anywhere."""
        headers = queries.published_seals()
        said = {"site": settings.SITE_URL, "seals": [asdict(header) for header in headers]}
        _write(options["out"], [json.dumps(said, indent=1)])
        self.stdout.write(_("Seals written: %(count)d.") % {"count": len(headers)})

    def entries(self, options: dict[str, Any]) -> None:
        """Write entries as JSON lines."""
        _check_known(*options["number"])
        lines = map(rules.canonical, queries.exported_entries(*options["number"]))
        count = _write(options["out"], lines)
        self.stdout.write(_("Entries written: %(count)d.") % {"count": count})

    def proof(self, options: dict[str, Any]) -> None:
        """Write the proof of one case."""
        _check_known(options["number"])
        _write(options["out"], [json.dumps(receipts.proof(options["number"]), indent=1)])
        self.stdout.write(_("The proof is in %(file)s.") % {"file": options["out"]})

    def check_receipt(self, options: dict[str, Any]) -> None:
        """Check a proof; exit with 1 when it stands in no published seal."""
        published = _seals_in(options["seals"]) if options["seals"] else queries.published_seals()
        proof = _json_in(options["file"])
        header = receipts.check_receipt(proof, published)
        sentence = _("Case %(about)s, receipt %(entry)s, stands in seal %(number)d of %(at)s.")
        self.stdout.write(sentence % (proof | {"number": header.number, "at": header.at}))


def _check_known(*numbers: str) -> None:
    known = queries.recorded(*numbers)
    for number in numbers:
        if number not in known:
            raise NotFound(
                _("The logbook knows no case “%(number)s”; write the number as on its receipt.")
                % {"number": number}
            )


def _write(file: str, lines: Iterable[str]) -> int:
    count = 0
    with Path(file).open("w", encoding="utf-8") as out:
        for count, line in enumerate(lines, start=1):  # noqa: B007 - the last count is returned
            out.write(line + "\n")
    return count


def _json_in(file: str) -> Any:
    try:
        return json.loads(Path(file).read_text(encoding="utf-8"))
    except ValueError as reason:
        sentence = _("%(file)s is not JSON in UTF-8.") % {"file": file}
        raise CommandError(sentence, returncode=WRONG_USE) from reason


def _seals_in(file: str) -> list[Header]:
    try:
        return [Header(**seal) for seal in _json_in(file)["seals"]]
    except (TypeError, KeyError) as reason:
        sentence = _("%(file)s holds no published seals.") % {"file": file}
        raise CommandError(sentence, returncode=WRONG_USE) from reason
