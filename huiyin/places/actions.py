"""Writing places: one function puts them in the tree, and all others go through it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypedDict, Unpack

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry import shape as shape_of

from huiyin.office.bulk import copy_objects, draw_ids
from huiyin.office.problems import WrongInput
from huiyin.office.reasons import reason_of
from huiyin.places.features import AREAS, Feature, read_features
from huiyin.places.importing import ImportOrder, plan_of
from huiyin.places.models import LEVEL_WORDS, Boundary, Place, Stamp
from huiyin.places.projection import areas_km2
from huiyin.places.rules import DEPTHS, Level, may_lie_in
from huiyin.places.sorting import sort_key
from huiyin.places.wording import remark, sentence

AnyShape = shapely.Geometry | Mapping[str, Any] | None


class RefusedFile(WrongInput):
    """A file of boundaries that was not taken; `sentences` holds everything wrong with it."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = list(sentences)


@dataclass(frozen=True)
class ImportReport:
    """What an import changed; `notes` are sentences on what was put right on the way."""

    added: int
    drawn: int
    unchanged: int
    notes: list[str]


@dataclass(frozen=True)
class PlaceRow:
    """A place to be added; the parent is named by its code, stored or among the same rows."""

    code: str
    name: str
    level: Level | str
    parent: str | None = None
    boundary: AnyShape = None
    name_en: str = ""
    population: int | None = None
    population_basis: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    source_id: str = ""


class Details(TypedDict, total=False):
    """What else may be said of a place."""

    boundary: AnyShape
    name_en: str
    population: int | None
    population_basis: str
    valid_from: date | None
    valid_to: date | None
    source: str
    source_id: str


def add_place(
    *,
    code: str,
    name: str,
    level: Level | str,
    parent: Place | None = None,
    **details: Unpack[Details],
) -> Place:
    """Add one place below its parent."""
    above = parent.code if parent else None
    return add_places([PlaceRow(code, name, level, above, **details)])[0]


@transaction.atomic
def add_places(rows: Iterable[PlaceRow]) -> list[Place]:
    """Add many places at once, all or none; answer them in the order given."""
    given = [_checked(row) for row in rows]
    _wait_for_other_writers()
    _refuse_known_codes(given)
    known = _parents_of(given)
    made: dict[str, Place] = {}
    # Coarser levels come first, so that a parent in the same batch already has its id and path.
    in_order = sorted(given, key=lambda row: DEPTHS[row.level])
    for row, new_id in zip(in_order, draw_ids(Place, len(given)), strict=True):
        made[row.code] = _placed(
            row, new_id, made.get(row.parent or "") or known.get(row.parent or "")
        )
    shapes = {made[row.code].id: _shape(row) for row in given if row.boundary is not None}
    _measure(made.values(), shapes)
    copy_objects([made[row.code] for row in in_order])
    _copy_boundaries(shapes)
    return [made[row.code] for row in given]


@transaction.atomic
def give_boundaries(shapes: Mapping[int, shapely.Geometry]) -> None:
    """Draw places that were known by name alone; the shapes come by place id."""
    places = list(Place.objects.filter(id__in=shapes).order_by("id"))
    _measure(places, shapes)
    Place.objects.bulk_update(places, ["west", "south", "east", "north", "area_km2"], 500)
    _copy_boundaries(shapes)


def import_geojson(path: Path | str, order: ImportOrder) -> ImportReport:
    """Add the places of a GeoJSON file, or none of them and say all that is wrong."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise WrongInput(
            _("The file {path} cannot be read ({reason}); check its name.").format(
                path=path, reason=reason_of(error)
            )
        ) from error
    reading = read_features(content, order.fields, order.coordinates)
    with transaction.atomic():
        _wait_for_other_writers()
        plan = plan_of(reading.features, order)
        findings = sorted(reading.findings + plan.findings, key=lambda f: (f.number == 0, f.number))
        if findings:
            raise RefusedFile([sentence(finding) for finding in findings])
        add_places(_row(feature, parent, order) for feature, parent in plan.new)
        give_boundaries({place.id: f.shape for f, place in plan.to_draw if f.shape is not None})
    notes = [remark(note) for note in reading.notes]
    return ImportReport(len(plan.new), len(plan.to_draw), plan.unchanged, notes)


def _row(feature: Feature, parent: Place | None, order: ImportOrder) -> PlaceRow:
    return PlaceRow(
        code=feature.code,
        name=feature.name,
        level=order.level,
        parent=parent.code if parent else None,
        boundary=feature.shape,
        name_en=feature.name_en,
        population=feature.population,
        source=order.source,
    )


def _wait_for_other_writers() -> None:
    # Two that write at once would each miss the other's codes. The stamp's row, which every
    # writer renews, is held until the end of the transaction.
    Stamp.objects.select_for_update().first()


def _checked(row: PlaceRow) -> PlaceRow:
    code, name = row.code.strip(), row.name.strip()
    if not code or not name:
        raise WrongInput(
            _("A place needs a code and a name; one has code “{code}” and name “{name}”.").format(
                code=code, name=name
            )
        )
    if row.level not in DEPTHS:
        raise WrongInput(
            _("“{level}” is no level of places; write one of {levels}.").format(
                level=row.level, levels=", ".join(DEPTHS)
            )
        )
    return replace(row, code=code, name=name, level=Level(row.level).value)


def _copy_boundaries(shapes: Mapping[int, shapely.Geometry]) -> None:
    copy_objects(
        [Boundary(place_id=key, wkb=shapely.to_wkb(shape)) for key, shape in shapes.items()]
    )


def _shape(row: PlaceRow) -> Any:
    given: Any = row.boundary
    shape: Any = shapely.force_2d(shape_of(dict(given)) if isinstance(given, Mapping) else given)
    if shape.is_empty or shape.geom_type not in AREAS or not shape.is_valid:
        raise WrongInput(
            _("The boundary of {name} is no usable polygon ({reason}); mend it first.").format(
                name=row.name, reason=shapely.is_valid_reason(shape)
            )
        )
    return shape


def _refuse_known_codes(rows: Sequence[PlaceRow]) -> None:
    codes = [row.code for row in rows]
    known = set(Place.objects.filter(code__in=codes).values_list("code", flat=True))
    for code in codes:
        if code in known:
            raise WrongInput(
                _("There is already a place with the code {code}; codes are unique.").format(
                    code=code
                )
            )
        known.add(code)


def _parents_of(rows: Sequence[PlaceRow]) -> dict[str, Place]:
    wanted = {row.parent for row in rows if row.parent}
    return {place.code: place for place in Place.objects.filter(code__in=wanted)}


def _placed(row: PlaceRow, new_id: int, parent: Place | None) -> Place:
    if row.parent and parent is None:
        raise WrongInput(
            _("{name} ({code}) names the parent {parent}, which does not exist.").format(
                name=row.name, code=row.code, parent=row.parent
            )
        )
    if parent and not may_lie_in(row.level, parent.level):
        raise WrongInput(
            _("{name} is a {level} and cannot lie in {parent}, which is a {above}.").format(
                name=row.name,
                level=LEVEL_WORDS[Level(row.level)],
                parent=parent.name,
                above=LEVEL_WORDS[Level(parent.level)],
            )
        )
    return Place(
        id=new_id,
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        sort_key=sort_key(row.name),
        level=row.level,
        parent=parent,
        path=f"{parent.path if parent else '/'}{new_id}/",
        population=row.population,
        population_basis=row.population_basis,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        source_id=row.source_id,
    )


def _measure(places: Iterable[Place], shapes: Mapping[int, Any]) -> None:
    boxes = shapely.bounds(np.array(list(shapes.values()), dtype=object)).tolist()
    sizes = areas_km2(list(shapes.values())).tolist()
    measured = dict(zip(shapes, zip(boxes, sizes, strict=True), strict=True))
    for place in places:
        if place.id in measured:
            (place.west, place.south, place.east, place.north), place.area_km2 = measured[place.id]
