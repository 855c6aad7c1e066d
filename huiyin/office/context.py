"""What every page knows without asking the database."""

from django.conf import settings
from django.http import HttpRequest


def city(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - as Django calls it
    """The name of the city, for the header of each page, and whether it has public matters."""
    return {
        "city_name": settings.CITY_NAME,
        "public_matters": "yes" if settings.PUBLIC_MATTERS else "",
    }
