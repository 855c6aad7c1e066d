"""The addresses of supervision, within those of the desk."""

from django.urls import path

from huiyin.desk.supervising import ladder, ledger, measures, rechecks, staging

CASE = "cases/<str:number>/"
MEASURE, LEDGER = "supervision/<int:measure>/", "ledger/<int:row>/"
urlpatterns = [
    path("supervision/", measures.supervision, name="supervision"),
    path("supervision/ladder/", ladder.ladder, name="ladder"),
    path("supervision/ladder/rungs/<str:rung>/", ladder.ladder_rung, name="ladder_rung"),
    path(
        "supervision/ladder/triggers/<str:trigger>/", ladder.ladder_trigger, name="ladder_trigger"
    ),
    path(MEASURE, measures.measure_detail, name="measure"),
    path(f"{MEASURE}answer/", measures.answer, name="answer_measure"),
    path(f"{MEASURE}judge/", measures.judge, name="judge_measure"),
    path(f"{CASE}supervise/", measures.supervise, name="supervise"),
    path(f"{CASE}stage-report/", staging.stage_report, name="stage_report"),
    path("ledger/", ledger.ledger, name="ledger"),
    path(LEDGER, ledger.ledger_row, name="ledger_row"),
    path(f"{LEDGER}owner/", ledger.name_owner, name="name_owner"),
    path(f"{LEDGER}reviews/", ledger.review, name="review_row"),
    path(f"{LEDGER}milestones/", ledger.promise, name="add_milestone"),
    path(f"{LEDGER}milestones/<int:milestone>/done/", ledger.milestone_done, name="milestone_done"),
    path("rechecks/", rechecks.rechecks, name="rechecks"),
    path("rechecks/<int:recheck>/", rechecks.recheck_detail, name="recheck"),
]
