"""`huiyin import MAPPING.toml FILE`: past cases of another system, taken in with their real times.

Exit status 0 when the whole file was read, 1 when it broke off or the city cannot take it now,
2 for a mapping or a file that cannot be used; rejected rows are told and kept in a file.
"""

import gc
import json
import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.exchange.imports.importing import Order, Report, import_file
from huiyin.exchange.imports.mapping import Mapping
from huiyin.exchange.imports.mapping_files import read_mapping
from huiyin.exchange.imports.wording import done_by
from huiyin.office.problems import WrongInput
from huiyin.office.reasons import reason_of

BROKE_OFF, WRONG_USE = 1, 2


class Command(BaseCommand):
    """Imports one file by one mapping."""

    help = "Import past cases: huiyin import MAPPING.toml FILE"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the two files and the options."""
        parser.add_argument("mapping", metavar="MAPPING.toml", type=Path)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--limit", metavar="N", type=int, help="read only the first rows")
        parser.add_argument("--rejects", metavar="FILE", type=Path, help="where rejected rows go")
        parser.add_argument("--dry-run", action="store_true", help="check all, write nothing")
        parser.add_argument("--encoding", default="", help="of CSV or JSON lines, such as cp1252")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then say what became of the rows."""
        began, now = time.perf_counter(), timezone.now()
        if options["limit"] is not None and options["limit"] < 1:
            raise CommandError(_("Write a number of rows from 1 on."), returncode=WRONG_USE)
        self.shows_json = options["json"]
        try:
            mapping = read_mapping(options["mapping"])
            name = f"{mapping.source}-{now:%Y%m%d-%H%M%S}-rejects.csv"
            order = Order(
                mapping=mapping,
                path=options["file"],
                rejects=options["rejects"] or settings.HUIYIN_HOME / "imports" / name,
                encoding=options["encoding"],
                limit=options["limit"],
                dry_run=options["dry_run"],
            )
            with _rare_collections():
                report = import_file(order, at=now, tell=self._tell)
        except WrongInput as problem:
            raise CommandError(str(problem), returncode=WRONG_USE) from problem
        except OSError as reason:
            sentence = _("The file %(file)s cannot be written: %(reason)s.")
            said = {"file": reason.filename, "reason": reason_of(reason)}
            raise CommandError(sentence % said, returncode=BROKE_OFF) from reason
        self._say(report, order, time.perf_counter() - began)
        if report.cut_short:
            raise CommandError(report.cut_short, returncode=BROKE_OFF)

    def _tell(self, report: Report) -> None:
        if self.stderr.isatty():
            sentence = _("%(read)d rows read, %(imported)d imported …")
            said = {"read": report.read, "imported": report.imported}
            self.stderr.write(f"\r{sentence % said}", ending="")

    def _say(self, report: Report, order: Order, seconds: float) -> None:
        if self.stderr.isatty():
            self.stderr.write("")
        if self.shows_json:
            found = _facts(report, order) | {
                "seconds": round(seconds, 1),
                "peak_memory_mb": peak_megabytes(),
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for line in _lines(report, order):
            self.stdout.write(line)
        sentence = _("%(seconds).1f seconds, at most %(megabytes)d MB of memory.")
        self.stdout.write(sentence % {"seconds": seconds, "megabytes": peak_megabytes()})


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the collector of cycles sleep: portions are dropped whole, and it would walk each."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _facts(report: Report, order: Order) -> dict[str, Any]:
    return {
        "source": order.mapping.source,
        "file": str(order.path),
        "format": report.form,
        "encoding": report.encoding,
        "delimiter": report.delimiter,
        "dry_run": order.dry_run,
        "read": report.read,
        "imported": report.imported,
        "unchanged": report.unchanged,
        "changed": report.changed,
        "rejected": report.rejected,
        "not_applied": report.not_applied,
        "rules": {rule: report.rules[rule] for rule in order.mapping.rules},
        "rejects_file": str(order.rejects) if report.rejected else None,
        "cut_short": report.cut_short or None,
    }


def _lines(report: Report, order: Order) -> list[str]:
    how = ", ".join(part for part in (report.form, report.encoding) if part)
    lines = [_("%(file)s was read as %(how)s.") % {"file": order.path, "how": how}]
    counts = _("%(read)d rows read = %(imported)d imported + %(unchanged)d unchanged + "
               "%(changed)d changed + %(rejected)d rejected.")  # fmt: skip
    lines.append(counts % vars(report))
    lines += _used_rules(report, order.mapping)
    if report.not_applied:
        sentence = _("Of the rejected, %(count)d were changed at the source and not applied here.")
        lines.append(sentence % {"count": report.not_applied})
    if report.rejected:
        sentence = _("The rejected rows with their reasons are in %(file)s.")
        lines.append(sentence % {"file": order.rejects})
    if order.dry_run:
        lines.append(_("This was a dry run: nothing was written in the city."))
    return lines


def _used_rules(report: Report, mapping: Mapping) -> list[str]:
    used = [(rule, choice) for rule, choice in mapping.rules.items() if report.rules[rule]]
    return [
        _("%(count)d rows: %(what)s (rule %(rule)s).")
        % {"count": report.rules[rule], "what": done_by(rule, choice), "rule": rule}
        for rule, choice in used
    ]


def peak_megabytes() -> int:
    """The most memory this process has held at once."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))
