"""The receipt: shown to its holder, taken home as text, proven offline by the seals."""

from dataclasses import asdict
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from huiyin.cases.models import Case
from huiyin.cases.numbers import tidy_number
from huiyin.counter.doors import for_holder
from huiyin.logbook.queries import last_seal, published_seals
from huiyin.logbook.receipts import proof, receipt_qr_svg
from huiyin.logbook.receipts import receipt as receipt_for

SEALS_A_PAGE = 50


@require_safe
@for_holder
def receipt(request: HttpRequest, case: Case) -> HttpResponse:
    """The receipt of a request, for the browser that sent it or knew its secret."""
    of = receipt_for(case.number)
    facts = {
        "case": case,
        "receipt": of,
        "code": receipt_qr_svg(of),
        "follow_page": of.follow_url.partition("#")[0],
        "again": "again" in request.GET,
        "after": tidy_number(request.GET.get("after", "")[:60]),
    }
    return render(request, "counter/receipt.html", facts)


@require_safe
@for_holder
def receipt_text(request: HttpRequest, case: Case) -> HttpResponse:
    """The receipt as a plain text to keep."""
    facts = {"case": case, "receipt": receipt_for(case.number)}
    text = render_to_string("counter/receipt.txt", facts, request)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.txt"'
    return response


@require_safe
@for_holder
def receipt_proof(_request: HttpRequest, case: Case) -> HttpResponse:
    """What proves, without asking us, that the request stands in a published seal."""
    response = JsonResponse(proof(case.number), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{case.number}-proof.json"'
    return response


@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """The published seals, the newest first, for anybody who wants to check a receipt."""
    newest = last_seal()
    top = newest.number if newest else 0
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 16:
        top = min(top, int(before) - 1)
    rows = published_seals(max(1, top - SEALS_A_PAGE + 1), top) if top > 0 else []
    # A seal holds its moment in UTC, as a text; people read it by the clock of their city.
    shown = [(row, datetime.fromisoformat(row.at)) for row in reversed(rows)]
    older = rows[0].number if rows and rows[0].number > 1 else None
    return render(request, "counter/seals.html", {"seals": shown, "older": older})


@require_safe
def seals_json(_request: HttpRequest) -> HttpResponse:
    """All published seals as JSON, for a verifier that is not ours."""
    return JsonResponse({"seals": [asdict(seal) for seal in published_seals()]})
