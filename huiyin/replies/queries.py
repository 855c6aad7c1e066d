"""What stands beside a case for one official: drafts, handlers, notes, texts.

Read with the other rows of a case's page: the querysets are given, and what came of them is
taken (`office/together.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from huiyin.cases.models import Case
from huiyin.departments.models import Official
from huiyin.office.together import Blank, together
from huiyin.replies.models import Draft, Handler, Note, StandardText, Watch
from huiyin.replies.notes import worked_by
from huiyin.replies.standard_texts import texts_for

# So many texts are offered in a form, the most used first.
MOST_TEXTS = 200
UNIT = ("unit__name", "unit__name_en")


@dataclass(frozen=True)
class Beside:
    """What an official finds beside a case."""

    drafts: list[Draft]
    handlers: list[Handler]
    notes: list[Note]
    texts: list[StandardText]
    is_watched: bool
    reads_notes: bool


def rows_beside(case: int | Blank, *, by: Official) -> list[QuerySet[Any]]:
    """What to ask for what stands beside a case, by its key; `beside_of` takes the rows."""
    handlers = Handler.objects.filter(case_id=case, until=None).select_related("unit", "official")
    notes = Note.objects.filter(case_id=case).select_related("by", "unit", "corrects")
    notes = notes.only("case_id", "at", "words", "by__name", "corrects__at", *UNIT)
    return [
        Draft.objects.filter(case_id=case, official=by).order_by("-kept_at"),
        handlers.only("since", "case_id", "official__name", *UNIT).order_by("pk"),
        notes.only("case_id", "at", "words", "by__name", "corrects__at", *UNIT).order_by(
            "at", "pk"
        ),
        texts_for(by).only("title", "body", *UNIT)[:MOST_TEXTS],
        Watch.objects.filter(case_id=case, official=by).only("pk"),
        Case.objects.filter(worked_by(by), pk=case).only("pk"),
    ]


def beside_of(rows: Sequence[list[Any]]) -> Beside:
    """What the rows of `rows_beside` say; who does not work the case reads no notes."""
    drafts, handlers, notes, texts, watches, working = rows
    return Beside(
        drafts=drafts,
        handlers=handlers,
        notes=notes if working else [],
        texts=texts,
        is_watched=bool(watches),
        reads_notes=bool(working),
    )


def beside_case(case: Case, *, by: Official) -> Beside:
    """Read what stands beside a case for an official who sees it."""
    return beside_of(together(*rows_beside(case.pk, by=by)))
