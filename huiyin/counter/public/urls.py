"""The addresses of public matters."""

from django.urls import path

from huiyin.counter.public import matters

app_name = "public"
urlpatterns = [
    path("", matters.matters, name="matters"),
    path("codes/", matters.enter, name="enter"),
    path("codes/<str:code>/", matters.followed, name="followed"),
    path("<int:matter>/", matters.matter, name="matter"),
    path("<int:matter>/follow/", matters.follow, name="follow"),
    path("<int:matter>/me-too/", matters.me_too, name="me_too"),
]
