"""The calibers at the desk: which are shipped, which were adopted, and what each says."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from huiyin.counting.calibers.adopting import (
    adopted_on,
    caliber_named,
    caliber_on,
    shipped_texts,
)
from huiyin.counting.calibers.models import AdoptedCaliber
from huiyin.counting.calibers.reading import read_caliber, write_caliber
from huiyin.counting.calibers.sentences import (
    differences,
    formula,
    name_of,
    sayings,
    source_of,
    unknown_in,
)
from huiyin.counting.rules import Caliber
from huiyin.desk.doors import READS_FIGURES, DeskRequest, at_desk, for_posts, page

SHOWN = 50


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def calibers(request: DeskRequest) -> HttpResponse:
    """List the calibers: the one that holds today, those adopted with who and why, the shipped."""
    today = timezone.localdate()
    rows = AdoptedCaliber.objects.select_related("caliber", "adopted_by")
    held = adopted_on(today)
    adopted = [
        {
            "row": row,
            "name": name_of(read_caliber(row.caliber.text)),
            "is_held": held is not None and row.pk == held.pk,
            "is_to_come": row.valid_from > today,
        }
        for row in rows.order_by("-valid_from", "-pk")[:SHOWN]
    ]
    facts = {
        "holds": _told(caliber_on(today)),
        "held": held,
        "adopted": adopted,
        "shipped": [_told(read_caliber(text)) for text in shipped_texts().values()],
    }
    return page(request, "counting/calibers", facts)


@at_desk
@for_posts(READS_FIGURES)
@require_GET
def caliber(request: DeskRequest, caliber: str) -> HttpResponse:
    """Read one caliber by its code or digest: in sentences, as text, beside the one in force."""
    today = timezone.localdate()
    read, holds = caliber_named(caliber, on=today), caliber_on(today)
    facts = {
        "caliber": _told(read),
        "sayings": sayings(read),
        "unknown": unknown_in(read),
        "holds": _told(holds),
        "is_held": read.digest == holds.digest,
        "differences": differences(holds, read),
        "text": _text_of(read),
    }
    return page(request, "counting/caliber", facts)


def _told(caliber: Caliber) -> dict[str, str]:
    return {
        "code": caliber.code,
        "name": name_of(caliber),
        "source": source_of(caliber),
        "formula": formula(caliber),
        "digest": caliber.digest,
    }


def _text_of(caliber: Caliber) -> str:
    """The text with its comments where it is shipped or was handed in, or else the canonical."""
    for text in shipped_texts().values():
        if read_caliber(text).digest == caliber.digest:
            return text
    row = AdoptedCaliber.objects.filter(caliber__digest=caliber.digest).order_by("-pk").first()
    return row.written if row else write_caliber(caliber)
