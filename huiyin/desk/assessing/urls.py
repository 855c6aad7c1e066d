"""The addresses of the two-way assessment, within those of the desk."""

from django.urls import path

from huiyin.desk.assessing import sheets

urlpatterns = [
    path("assessment/", sheets.assessment, name="assessment"),
    path("assessment/<int:figure>/words/", sheets.words, name="assessment_words"),
]
