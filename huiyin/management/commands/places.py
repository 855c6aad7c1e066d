"""`huiyin places`: import boundaries, check how they tile the city, ask which place a point is."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from huiyin.office.problems import WrongInput
from huiyin.places.actions import RefusedFile, import_geojson
from huiyin.places.checking import everything_wrong
from huiyin.places.features import FieldNames
from huiyin.places.importing import ImportOrder
from huiyin.places.models import Place
from huiyin.places.projection import TO_WGS84
from huiyin.places.queries import ancestors, place_at
from huiyin.places.rules import Level
from huiyin.places.tiling import TOLERANCE_M
from huiyin.places.wording import sentence


class Command(BaseCommand):
    """Three small commands under one name."""

    help = "Import, check and look up places."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the three commands and their options."""
        steps = parser.add_subparsers(dest="step", required=True)
        _describe_import(steps.add_parser("import", help="add the places of a GeoJSON file"))
        check = steps.add_parser("check", help="check that the stored places tile the city")
        _describe_forgiveness(check)
        check.add_argument("--json", action="store_true", help="print one JSON object")
        at = steps.add_parser("at", help="name the places that hold a point")
        at.add_argument("lng", type=float, help="longitude in degrees, WGS 84")
        at.add_argument("lat", type=float, help="latitude in degrees, WGS 84")
        at.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the step that was asked for."""
        {"import": self._import, "check": self._check, "at": self._at}[options["step"]](options)

    def _import(self, options: dict[str, Any]) -> None:
        order = ImportOrder(
            level=Level(options["level"]),
            fields=FieldNames(
                code=options["code_field"],
                name=options["name_field"],
                parent=options["parent_field"],
                population=options["population_field"],
                name_en=options["english_field"],
            ),
            parent=options["parent"],
            coordinates=options["coordinates"],
            accept_gaps=options["accept_gaps"],
            tolerance_m=options["tolerance"],
            source=options["source"],
        )
        try:
            report = import_geojson(options["file"], order)
        except RefusedFile as refusal:
            self._list(refusal.sentences)
            raise CommandError(_("Nothing was imported.")) from None
        except WrongInput as problem:
            raise CommandError(str(problem), returncode=2) from None
        self._list(report.notes)
        self.stdout.write(
            _("{added} places added, {drawn} drawn, {unchanged} unchanged.").format(
                added=report.added, drawn=report.drawn, unchanged=report.unchanged
            )
        )

    def _check(self, options: dict[str, Any]) -> None:
        found = everything_wrong(
            tolerance_m=options["tolerance"], accept_gaps=options["accept_gaps"]
        )
        sentences = [sentence(finding) for finding in found]
        if options["json"]:
            self.stdout.write(json.dumps({"problems": sentences}, ensure_ascii=False))
        else:
            self._list(sentences)
        if sentences:
            raise CommandError(_("Problems found: {count}.").format(count=len(sentences)))
        if not options["json"]:
            self.stdout.write(_("All places are in order."))

    def _at(self, options: dict[str, Any]) -> None:
        found = place_at(options["lng"], options["lat"])
        chain = [*ancestors(found), found] if found else []
        if options["json"]:
            self.stdout.write(json.dumps({"places": _facts(chain)}, ensure_ascii=False))
        elif chain:
            self._list([f"{place.code}  {place.label}" for place in chain])
        if not chain:
            raise CommandError(
                _("No place holds the point {lng}, {lat}; write longitude first.").format(
                    lng=options["lng"], lat=options["lat"]
                )
            )

    def _list(self, sentences: list[str]) -> None:
        for line in sentences:
            self.stdout.write(line)


def _describe_import(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="a GeoJSON FeatureCollection")
    parser.add_argument("--level", required=True, choices=[level.value for level in Level])
    parser.add_argument("--code-field", required=True, help="the property that holds the code")
    parser.add_argument("--name-field", required=True, help="the property that holds the name")
    parser.add_argument("--parent-field", default="", help="holds the parent's code or name")
    parser.add_argument("--population-field", default="", help="holds the number of people")
    parser.add_argument("--english-field", default="", help="holds the English name")
    parser.add_argument("--parent", default="", help="code of the one parent of all features")
    parser.add_argument("--coordinates", default="wgs84", choices=list(TO_WGS84))
    parser.add_argument("--source", default="", help="where the boundaries come from")
    _describe_forgiveness(parser)


def _describe_forgiveness(parser: ArgumentParser) -> None:
    parser.add_argument("--accept-gaps", action="store_true", help="let ground belong to no place")
    parser.add_argument(
        "--tolerance", type=float, default=TOLERANCE_M, help="widest sliver to forgive, in metres"
    )


def _facts(chain: list[Place]) -> list[dict[str, str]]:
    return [{"code": p.code, "name": p.name, "level": p.level} for p in chain]
