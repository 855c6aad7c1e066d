"""Writing the catalogue: drafts, their lines, and putting a version in force from a day on.

A version that has begun is never changed; the next one takes its place. Each act is written
in the chain `catalogue` of the logbook.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from huiyin.departments.access import holds
from huiyin.departments.models import Official, Post, Unit
from huiyin.departments.queries import hotline, time_zone_of
from huiyin.dispatch.lines import Line, checked, digest_of, known_for, lines_of, numbered
from huiyin.dispatch.models import CatalogueLine, CatalogueVersion
from huiyin.logbook.actions import record
from huiyin.office.problems import NotAllowed, NotFound, NotPossible, WrongInput

ABOUT = "catalogue"
MOST_LINES = 20_000


def home_unit() -> Unit:
    """The city whose catalogue it is: the root above the hotline."""
    unit = hotline()
    if unit is None:
        raise NotPossible(_("Found the city first: there is no unit that takes requests in."))
    return unit if unit.parent_id is None else Unit.objects.get(pk=int(unit.path.split("/")[1]))


def check_editor(by: Official) -> Unit:
    """Refuse whoever is no administrator of the whole city."""
    home = home_unit()
    if not holds(by, Post.ADMINISTRATOR, home):
        raise NotAllowed(_("Only an administrator of the whole city writes its catalogue."))
    return home


def version_numbered(number: int) -> CatalogueVersion:
    """Fetch one version of the catalogue."""
    version = CatalogueVersion.objects.filter(number=number).first()
    if version is None:
        raise NotFound(_("There is no version %(number)d of the catalogue.") % {"number": number})
    return version


@transaction.atomic
def start_draft(
    *, by: Official | str, at: datetime, copy_of: CatalogueVersion | None = None, note: str = ""
) -> CatalogueVersion:
    """Begin a new version, empty or with the lines of another."""
    if not isinstance(by, str):
        check_editor(by)
    with connection.cursor() as cursor:
        # Two administrators may begin at once; each gets a number of their own.
        cursor.execute("LOCK TABLE dispatch_catalogueversion IN SHARE ROW EXCLUSIVE MODE")
    last = CatalogueVersion.objects.aggregate(last=Max("number"))["last"] or 0
    author = None if isinstance(by, str) else by
    draft = CatalogueVersion.objects.create(
        number=last + 1, note=note.strip()[:300], made_at=at, made_by=author
    )
    if copy_of is not None:
        _write_lines(draft, lines_of(copy_of))
    facts: dict[str, Any] = {
        "version": draft.number,
        "copy_of": copy_of.number if copy_of else None,
    }
    record("catalogue.drafted", about=ABOUT, by=by, at=at, **facts)
    return draft


@transaction.atomic
def set_line(version: CatalogueVersion, line: Line, *, by: Official, at: datetime) -> CatalogueLine:
    """Write one line of a draft: a new one, or in place of the one with its number."""
    draft = _open_draft(version, by)
    last = CatalogueLine.objects.filter(version=draft).aggregate(last=Max("number"))["last"] or 0
    number = line.number or last + 1
    row = checked(replace(line, number=number), known_for([line]))
    CatalogueLine.objects.filter(version=draft, number=number).delete()
    row.version = draft
    row.save()
    record("catalogue.line_set", about=ABOUT, by=by, at=at, version=draft.number, line=number)
    return row


@transaction.atomic
def remove_line(version: CatalogueVersion, number: int, *, by: Official, at: datetime) -> None:
    """Take one line out of a draft; doing it twice changes nothing."""
    draft = _open_draft(version, by)
    gone, _what = CatalogueLine.objects.filter(version=draft, number=number).delete()
    if gone:
        facts: dict[str, Any] = {"version": draft.number, "line": number}
        record("catalogue.line_removed", about=ABOUT, by=by, at=at, **facts)


@transaction.atomic
def replace_lines(
    version: CatalogueVersion, lines: Sequence[Line], *, by: Official | str, at: datetime
) -> int:
    """Put these lines in place of all lines of a draft, all or none."""
    draft = _open_draft(version, by)
    if len(lines) > MOST_LINES:
        raise WrongInput(
            _("A catalogue has at most %(most)d lines; this one has %(count)d.")
            % {"most": MOST_LINES, "count": len(lines)}
        )
    tidy = numbered(lines)
    CatalogueLine.objects.filter(version=draft).delete()
    _write_lines(draft, tidy)
    digest = digest_of(lines_of(draft))
    facts: dict[str, Any] = {"version": draft.number, "lines": len(tidy), "digest": digest}
    record("catalogue.replaced", about=ABOUT, by=by, at=at, **facts)
    return len(tidy)


@transaction.atomic
def put_in_force(
    version: CatalogueVersion, day: date, *, by: Official | str, at: datetime
) -> CatalogueVersion:
    """Let a draft hold from the beginning of a day on; from now on, where the day is today."""
    draft = _open_draft(version, by)
    lines = lines_of(draft)
    if not lines:
        raise WrongInput(_("The version has no line yet; write or import its lines first."))
    zone = time_zone_of(home_unit())
    today = localtime(at, zone).date()
    if day < today:
        raise WrongInput(_("A version cannot begin in the past; choose today or a later day."))
    begins = at if day == today else datetime.combine(day, time.min, tzinfo=zone)
    draft.in_force_from, draft.digest = begins, digest_of(lines)
    try:
        with transaction.atomic():
            draft.save(update_fields=["in_force_from", "digest"])
    except IntegrityError:
        raise NotPossible(
            _("Another version begins at the very same moment; choose another day.")
        ) from None
    facts: dict[str, Any] = {"version": draft.number, "begins": begins, "digest": draft.digest}
    record("catalogue.put_in_force", about=ABOUT, by=by, at=at, **facts)
    return draft


@transaction.atomic
def take_back(version: CatalogueVersion, *, by: Official, at: datetime) -> CatalogueVersion:
    """Make a version a draft again that has not begun yet."""
    check_editor(by)
    planned = CatalogueVersion.objects.select_for_update().get(pk=version.pk)
    if planned.in_force_from is None or planned.in_force_from <= at:
        raise NotPossible(
            _("Only a version that has not begun yet can be taken back; begin a new one instead.")
        )
    planned.in_force_from, planned.digest = None, ""
    planned.save(update_fields=["in_force_from", "digest"])
    record("catalogue.taken_back", about=ABOUT, by=by, at=at, version=planned.number)
    return planned


def _open_draft(version: CatalogueVersion, by: Official | str) -> CatalogueVersion:
    if not isinstance(by, str):
        check_editor(by)
    # The row is the lock on which a second editor waits.
    draft = CatalogueVersion.objects.select_for_update().get(pk=version.pk)
    if draft.in_force_from is not None:
        raise NotPossible(
            _("Version %(number)d is no longer a draft; begin a new version and change that.")
            % {"number": draft.number}
        )
    return draft


def _write_lines(draft: CatalogueVersion, lines: Sequence[Line]) -> None:
    known = known_for(lines)
    rows = []
    for line in lines:
        row = checked(line, known)
        row.version = draft
        rows.append(row)
    CatalogueLine.objects.bulk_create(rows, batch_size=1_000)
