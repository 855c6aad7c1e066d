"""The addresses of the desk."""

from django.urls import include, path

from huiyin.desk import (
    appointing,
    auditing,
    case_detail,
    intake,
    notices,
    queues,
    sign_in,
    steps,
)
from huiyin.desk.dispatch_desk import dispatching
from huiyin.desk.finding import callers, figures, returns

app_name = "desk"
CASE = "cases/<str:number>/"
urlpatterns = [
    path("", include("huiyin.desk.comforts.urls")),
    path("", include("huiyin.desk.papers.urls")),
    path("", include("huiyin.desk.joint.urls")),
    path("", include("huiyin.desk.supervising.urls")),
    path("", include("huiyin.desk.call_backs.urls")),
    path("", include("huiyin.desk.issuing.urls")),
    path("", include("huiyin.desk.excluding.urls")),
    path("", include("huiyin.desk.counting.rate_urls")),
    path("", include("huiyin.desk.assessing.urls")),
    path("", queues.queue, name="queue"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.password, name="password"),
    path("dispatch/", dispatching.dispatch_queue, name="dispatch_queue"),
    path("figures/", figures.figures, name="figures"),
    path("figures/cases/", figures.figure_cases, name="figure_cases"),
    path("figures/returns/", returns.returns, name="returns"),
    path("figures/returns/cases/", returns.returned_cases, name="returned_cases"),
    path("callers/", callers.callers, name="callers"),
    path("cases/new/", intake.take_down, name="take_down"),
    path(CASE, case_detail.case_detail, name="case_detail"),
    path(f"{CASE}taken-down/", intake.taken_down, name="taken_down"),
    path(f"{CASE}person/", case_detail.person, name="person"),
    path(f"{CASE}files/", case_detail.add_file, name="add_file"),
    path(f"{CASE}files/<uuid:file>/", case_detail.case_file, name="case_file"),
    path(f"{CASE}steps/<str:step>/", steps.take_step, name="take_step"),
    path("notices/", notices.notices, name="notices"),
    path("notices/seen/", notices.see_all_notices, name="see_all_notices"),
    path("notices/<int:notice>/seen/", notices.see_one_notice, name="see_one_notice"),
    path("notices/unsent/", notices.unsent_messages, name="unsent_messages"),
    path("notices/unsent/again/", notices.send_messages_again, name="send_messages_again"),
    path("logbook/", auditing.logbook, name="logbook"),
    path("units/", appointing.units, name="units"),
    path("units/<str:code>/", appointing.unit_detail, name="unit_detail"),
    path("units/<str:code>/posts/", appointing.give, name="give_post"),
    path("units/<str:code>/posts/<int:held>/", appointing.take, name="take_post"),
    path("units/<str:code>/accounts/", appointing.enter, name="open_account"),
    path("units/<str:code>/setup/<str:act>/", appointing.set_up_unit, name="set_up_unit"),
    path("units/<str:code>/passwords/", appointing.new_password, name="set_password"),
]
