"""The sentences for what is wrong with a file of boundaries, and for what was put right."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.places.faults import Fault, Finding, Mended, Note

SENTENCES = {
    Fault.EMPTY_FILE: gettext_lazy("The file is empty; export it again."),
    Fault.BROKEN_TEXT: gettext_lazy(
        "The file is neither UTF-8 nor GBK text; export it again as GeoJSON in UTF-8."
    ),
    Fault.BROKEN_OFF: gettext_lazy(
        "The file breaks off in line {line}, column {column}: it was written or copied only in "
        "part; fetch it again."
    ),
    Fault.NOT_JSON: gettext_lazy(
        "The file is not JSON: it cannot be read from line {line}, column {column}; export it "
        "again as GeoJSON."
    ),
    Fault.NOT_FEATURES: gettext_lazy(
        "The file holds “{found}” where a GeoJSON FeatureCollection is needed; export the layer "
        "again as GeoJSON."
    ),
    Fault.NO_FEATURES: gettext_lazy("The file holds no features; check the export's filter."),
    Fault.WRONG_SYSTEM: gettext_lazy(
        "The file's coordinates are in {system}; export it again in WGS 84 (EPSG:4326)."
    ),
    Fault.UNKNOWN_FIELD: gettext_lazy(
        "No feature has a field “{field}”; the fields in the file are: {known}."
    ),
    Fault.NO_CODE: gettext_lazy("{who} has no code; fill in the code field."),
    Fault.NO_NAME: gettext_lazy("{who} has no name; fill in the name field."),
    Fault.TOO_LONG: gettext_lazy(
        "{who} has a code above 64 or a name above 200 characters; check which field was chosen."
    ),
    Fault.BAD_POPULATION: gettext_lazy(
        "{who} has the population “{found}”; write a whole number or leave it empty."
    ),
    Fault.DUPLICATE_CODE: gettext_lazy(
        "{who} has the code {code}, as feature {first} has; codes must differ."
    ),
    Fault.KNOWN_CODE: gettext_lazy(
        "{who} has the code {code}, under which the city already holds {known} with another "
        "name, level, parent or boundary; correct the code or leave the feature out."
    ),
    Fault.DUPLICATE_NAME: gettext_lazy(
        "{who} has the same name and parent as {other}; give each its own name."
    ),
    Fault.NO_PARENT: gettext_lazy(
        "{who} names no parent; fill in the parent field, or name one parent for all with --parent."
    ),
    Fault.MISSING_PARENT: gettext_lazy(
        "{who} names the parent “{parent}”, which the city does not hold; import the level above "
        "first, or correct the code."
    ),
    Fault.AMBIGUOUS_PARENT: gettext_lazy(
        "{who} names the parent “{parent}”, and several places are called so; write its code."
    ),
    Fault.PARENT_TOO_SMALL: gettext_lazy(
        "{who} names the parent {parent}, which is a {level}; a place lies only in a larger one."
    ),
    Fault.EMPTY_SHAPE: gettext_lazy("{who} has no polygon; draw it or leave the feature out."),
    Fault.WRONG_SHAPE: gettext_lazy("{who} is a {found}; a boundary is a Polygon or MultiPolygon."),
    Fault.BROKEN_COORDINATES: gettext_lazy(
        "{who} has coordinates that are not rings of at least four points; export it again."
    ),
    Fault.IN_METRES: gettext_lazy(
        "{who} has the point {lng}, {lat}: these are metres of a projection, not degrees; export "
        "again in WGS 84 (EPSG:4326)."
    ),
    Fault.SWAPPED: gettext_lazy(
        "{who} lies near {lng}, {lat}, where it cannot be: longitude and latitude seem swapped; "
        "write longitude first."
    ),
    Fault.OPEN_RING: gettext_lazy(
        "{who} has a ring that ends at {lng}, {lat} and not where it began; close the ring."
    ),
    Fault.CROSSING_RING: gettext_lazy(
        "{who} has a ring that crosses or touches itself at {where} ({reason}); mend it there."
    ),
    Fault.OVERLAP: gettext_lazy(
        "{who} and {other} overlap by {square_metres} m² near {lng}, {lat}; correct one of them."
    ),
    Fault.GAP: gettext_lazy(
        "{who} has a gap of {square_metres} m² near {lng}, {lat} that no place fills; draw it, or "
        "accept gaps with --accept-gaps."
    ),
    Fault.OUTSIDE: gettext_lazy(
        "{who} reaches {square_metres} m² out of {parent} near {lng}, {lat}; correct one of the "
        "two, or say --coordinates gcj02 if the file comes from a Chinese web map."
    ),
    Fault.FAR_OUTSIDE: gettext_lazy(
        "{who} lies wholly outside {parent}, near {lng}, {lat}; check the parent and the "
        "coordinate system."
    ),
    Fault.BROKEN_PATH: gettext_lazy(
        "{who} ({code}) does not stand below its parent in the tree; it was written past the "
        "program, so write it again with `huiyin places import`."
    ),
}
NOTES = {
    Mended.GBK: gettext_lazy("The file was read as GBK text; UTF-8 is safer."),
    Mended.GCJ02: gettext_lazy("Coordinates were converted from GCJ-02 to WGS 84."),
    Mended.BD09: gettext_lazy("Coordinates were converted from BD-09 to WGS 84."),
    Mended.LEFT_OUT: gettext_lazy("{who} has lines or points beside its polygon; left out."),
}


def sentence(finding: Finding) -> str:
    """One sentence that names the feature and says what to do."""
    facts = dict(finding.facts)
    if "other" in facts:
        facts["other"] = _who(facts.get("other_number", 0), facts["other"])
    if "square_metres" in facts:
        facts["square_metres"] = f"{facts['square_metres']:,}"
    return str(SENTENCES[finding.fault]).format(who=_who(finding.number, finding.name), **facts)


def remark(note: Note) -> str:
    """One sentence on what was put right."""
    return str(NOTES[note.mended]).format(who=_who(note.number, note.name))


def _who(number: int, name: str) -> str:
    if number and name:
        return _("Feature {number} ({name})").format(number=number, name=name)
    if number:
        return _("Feature {number}").format(number=number)
    return name
