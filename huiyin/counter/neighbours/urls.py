"""The addresses of the neighbourhood: who looks after a place, and the volunteers' own pages."""

from django.urls import path

from huiyin.counter.neighbours import deeds, looking

app_name = "neighbourhood"
MINE = "volunteers/<str:code>/"
DEED = f"{MINE}deeds/<int:deed>/"
urlpatterns = [
    path("", looking.find, name="find"),
    path("places/<str:code>/", looking.place, name="place"),
    path("volunteers/", deeds.enter, name="enter"),
    path(MINE, deeds.mine, name="mine"),
    path(f"{MINE}take/<str:task>/", deeds.take, name="take"),
    path(f"{MINE}leave/", deeds.leave, name="leave"),
    path(f"{DEED}give-back/", deeds.give_back, name="give_back"),
    path(f"{DEED}done/", deeds.done, name="done"),
    path(f"{DEED}thanks/", deeds.thanks, name="thanks"),
]
