"""Addresses for programs."""

from django.urls import path

from huiyin.exchange import count_papers, views

app_name = "exchange"
COUNTING = "api/counting/<str:kind>"
urlpatterns = [
    path("healthz", views.health, name="health"),
    path(f"{COUNTING}/", count_papers.papers, name="count_papers"),
    path(f"{COUNTING}/ask/", count_papers.ask, name="ask_paper"),
    path(f"{COUNTING}/counts/", count_papers.counts, name="published_counts"),
    path(f"{COUNTING}/<int:paper>/", count_papers.paper, name="count_paper"),
    path(f"{COUNTING}/<int:paper>/rule/", count_papers.rule, name="rule_on_paper"),
    path(f"{COUNTING}/<int:paper>/back/", count_papers.back, name="take_back_paper"),
    path(f"{COUNTING}/<int:paper>/recheck/", count_papers.recheck, name="recheck_paper"),
]
