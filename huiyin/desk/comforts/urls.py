"""The addresses of the clerks' comforts, within those of the desk."""

from django.urls import path

from huiyin.desk.comforts import bulk, drafting, handing, inserting, noting, texts, watching

CASE = "cases/<str:number>/"
STEP = f"{CASE}steps/<str:step>/"
urlpatterns = [
    path("texts/", texts.standard_texts, name="standard_texts"),
    path("texts/<int:text>/", texts.standard_text, name="standard_text"),
    path("texts/<int:text>/retire/", texts.retire, name="retire_text"),
    path(f"{STEP}text/", inserting.insert_text, name="insert_text"),
    path(f"{STEP}draft/", drafting.keep, name="keep_draft"),
    path(f"{STEP}draft/drop/", drafting.drop, name="drop_draft"),
    path("drafts/", drafting.drafts, name="drafts"),
    path(f"{CASE}handler/", handing.handler, name="set_handler"),
    path("hand-over/", handing.handing_over, name="hand_over"),
    path(f"{CASE}watch/", watching.watch, name="watch"),
    path(f"{CASE}notes/", noting.add_note, name="write_note"),
    path("bulk/", bulk.bulk_steps, name="bulk_steps"),
    path("bulk/<uuid:run>/", bulk.bulk_result, name="bulk_result"),
]
