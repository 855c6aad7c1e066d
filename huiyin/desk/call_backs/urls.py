"""The addresses of the call-backs, within those of the desk."""

from django.urls import path

from huiyin.desk.call_backs import calling, plans, problems, queue, second

urlpatterns = [
    path("call-backs/", queue.call_back_queue, name="call_back_queue"),
    path("call-backs/next/", queue.next_call_back, name="next_call_back"),
    path("call-backs/plan/", plans.call_back_plan, name="call_back_plan"),
    path("call-backs/second/", second.second_calls, name="second_calls"),
    path("call-backs/second/<int:asking>/", second.second_call, name="second_call"),
    path("call-backs/compared/", second.second_compared, name="second_compared"),
    path("call-backs/cases/<str:number>/", calling.call_back, name="call_back"),
    path("problems/", problems.problem_list, name="problem_cases"),
    path("problems/<str:number>/", problems.problem_step, name="problem_step"),
]
