"""What stands beside a case for one official, read in one question: drafts, handlers, notes, texts.

The page of a case asks the database for much already; five questions more would be felt.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from huiyin.cases.models import Case
from huiyin.departments.models import Official, Unit
from huiyin.replies.models import Draft, Handler, Note, StandardText, Watch
from huiyin.replies.notes import worked_by
from huiyin.replies.standard_texts import texts_for

# So many texts are offered in a form, the most used first.
MOST_TEXTS = 200
UNIT = {"unit": "unit_id", "unit_name": "unit__name", "unit_name_en": "unit__name_en"}


@dataclass(frozen=True)
class Beside:
    """What an official finds beside a case."""

    drafts: list[Draft]
    handlers: list[Handler]
    notes: list[Note]
    texts: list[StandardText]
    is_watched: bool
    reads_notes: bool


def beside_case(case: Case, *, by: Official) -> Beside:
    """Read what stands beside a case for an official who sees it."""
    row = (
        Case.objects.filter(pk=case.pk)
        .values(
            watched=Exists(Watch.objects.filter(case=OuterRef("pk"), official=by)),
            reads_notes=Exists(Case.objects.filter(worked_by(by), pk=OuterRef("pk"))),
            own_drafts=_rows(
                Draft.objects.filter(case=OuterRef("pk"), official=by).order_by("-kept_at"),
                **{name: name for name in ("step", "words", "kept_at", "case_moved_at")},
            ),
            all_handlers=_rows(
                Handler.objects.filter(case=OuterRef("pk"), until=None).order_by("pk"),
                official="official_id",
                name="official__name",
                since="since",
                **UNIT,
            ),
            all_notes=_rows(
                Note.objects.filter(case=OuterRef("pk")).order_by("at", "pk"),
                pk="pk",
                by="by_id",
                name="by__name",
                at="at",
                words="words",
                corrects="corrects_id",
                corrects_at="corrects__at",
                **UNIT,
            ),
            own_texts=_rows(
                texts_for(by)[:MOST_TEXTS], pk="pk", title="title", body="body", **UNIT
            ),
        )
        .get()
    )
    reads = bool(row["reads_notes"])
    return Beside(
        drafts=[_draft(one, case, by) for one in row["own_drafts"]],
        handlers=[_handler(one, case) for one in row["all_handlers"]],
        notes=[_note(one, case) for one in row["all_notes"]] if reads else [],
        texts=[_text(one) for one in row["own_texts"]],
        is_watched=bool(row["watched"]),
        reads_notes=reads,
    )


def _rows(rows: QuerySet[Any], **columns: str) -> ArraySubquery:
    return ArraySubquery(rows.values(json=JSONObject(**columns)))


def _unit(row: dict[str, Any]) -> Unit | None:
    if row["unit"] is None:
        return None
    return Unit(pk=row["unit"], name=row["unit_name"], name_en=row["unit_name_en"])


def _draft(row: dict[str, Any], case: Case, by: Official) -> Draft:
    draft = Draft(official=by, case=case, step=row["step"], words=row["words"])
    draft.kept_at = datetime.fromisoformat(row["kept_at"])
    if row["case_moved_at"]:
        draft.case_moved_at = datetime.fromisoformat(row["case_moved_at"])
    return draft


def _handler(row: dict[str, Any], case: Case) -> Handler:
    official = Official(pk=row["official"], name=row["name"])
    since = datetime.fromisoformat(row["since"])
    return Handler(case=case, unit=_unit(row), official=official, since=since)


def _note(row: dict[str, Any], case: Case) -> Note:
    at, wrong = datetime.fromisoformat(row["at"]), None
    if row["corrects"]:
        wrong = Note(pk=row["corrects"], at=datetime.fromisoformat(row["corrects_at"]))
    by = Official(pk=row["by"], name=row["name"])
    note = Note(pk=row["pk"], case=case, by=by, unit=_unit(row), at=at, corrects=wrong)
    note.words = row["words"]
    return note


def _text(row: dict[str, Any]) -> StandardText:
    return StandardText(pk=row["pk"], title=row["title"], body=row["body"], unit=_unit(row))
