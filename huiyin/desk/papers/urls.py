"""The addresses of papers."""

from django.urls import path

from huiyin.desk.papers import rulings

urlpatterns = [
    path("rulings/", rulings.rulings, name="rulings"),
    path("rulings/<int:application>/", rulings.ruling, name="ruling"),
    path("rulings/<int:application>/back/", rulings.take_back_application, name="take_back_paper"),
]
