"""Addresses for programs."""

from django.urls import path

from huiyin.exchange import views

app_name = "exchange"
urlpatterns = [
    path("healthz", views.health, name="health"),
]
