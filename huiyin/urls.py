"""Every address of the site."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

handler404 = "huiyin.counter.refusals.page_not_found"
handler500 = "huiyin.counter.refusals.something_broke"

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
]
# The doors of the city; a room that has no addresses yet is left out.
for prefix, door in (
    ("", "huiyin.counter.urls"),
    ("desk/", "huiyin.desk.urls"),
    ("", "huiyin.exchange.urls"),
):
    if find_spec(door):
        urlpatterns.append(path(prefix, include(door)))
