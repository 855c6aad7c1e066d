"""The addresses of papers."""

from django.urls import path

from huiyin.desk.papers import gathering, marks, publishing, repeating, rulings

urlpatterns = [
    path("rulings/", rulings.rulings, name="rulings"),
    path("rulings/<int:application>/", rulings.ruling, name="ruling"),
    path("rulings/<int:application>/back/", rulings.take_back_application, name="take_back_paper"),
    path("marks/", marks.marks, name="marks"),
    path("marks/<int:mark>/", marks.mark, name="mark"),
    path("cases/<str:number>/mark/", marks.new_mark, name="new_mark"),
    path("cases/<str:number>/repeat/", repeating.repeat, name="repeat"),
    path("cases/<str:number>/voices/", gathering.gather, name="gather"),
    path("cases/<str:number>/public/", publishing.publish, name="publish"),
]
