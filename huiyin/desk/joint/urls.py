"""The addresses of joint work, within those of the desk."""

from django.urls import path

from huiyin.desk.joint import listing, parting, whistling

CASE = "cases/<str:number>/"
urlpatterns = [
    path("joint/", listing.joint_parts, name="joint_parts"),
    path(f"{CASE}whistle/", whistling.whistle, name="whistle"),
    path(f"{CASE}hand-down/", whistling.hand_down, name="hand_down"),
    path(f"{CASE}whistles/<int:whistle>/", whistling.attendance_sheet, name="attendance"),
    path(f"{CASE}parts/<int:part>/<str:act>/", parting.part_act, name="part_act"),
]
