"""The addresses of patrols and volunteers at the desk."""

from django.urls import path

from huiyin.desk.patrolling import home

app_name = "patrols"
urlpatterns = [
    path("", home.home, name="home"),
]
