"""What programs ask of the city; so far only whether it is well."""

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout


@require_safe
@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """Say whether the database answers: 200 if so, 503 if not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError, PoolTimeout):
        return JsonResponse({"database": "away"}, status=503)
    return JsonResponse({"database": "answers"})
