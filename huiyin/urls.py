"""Every address of the site."""

from django.urls import URLPattern, URLResolver, include, path

handler400 = "huiyin.counter.refusals.unreadable_request"
handler404 = "huiyin.counter.refusals.page_not_found"
handler500 = "huiyin.counter.refusals.something_broke"

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("neighbourhood/", include("huiyin.counter.neighbours.urls")),
    path("public/", include("huiyin.counter.public.urls")),
    path("", include("huiyin.counter.urls")),
    path("desk/patrols/", include("huiyin.desk.patrolling.urls")),
    path("desk/", include("huiyin.desk.dispatch_desk.urls")),
    path("desk/", include("huiyin.desk.urls")),
    path("", include("huiyin.exchange.urls")),
]
