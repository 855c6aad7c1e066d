"""The addresses of the rates and their calibers, within those of the desk."""

from django.urls import path

from huiyin.desk.counting import calibers, further, rates

urlpatterns = [
    path("rates/", rates.rates, name="rates"),
    path("rates/further/", further.further_figures, name="further_figures"),
    path("rates/cases/", rates.rate_cases, name="rate_cases"),
    path("calibers/", calibers.calibers, name="calibers"),
    path("calibers/<str:caliber>/", calibers.caliber, name="caliber"),
]
