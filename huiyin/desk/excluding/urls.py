"""The addresses of the papers on what counts, within those of the desk."""

from django.urls import path

from huiyin.desk.excluding import asking, listing, one_paper, published

ROUNDS = "cases/<str:number>/counts/"
PAPER = "counting/papers/<str:kind>/<int:paper>/"
urlpatterns = [
    path(ROUNDS, asking.case_counts, name="case_counts"),
    path(f"{ROUNDS}<int:turn>/<str:kind>/", asking.ask_paper, name="ask_paper"),
    path("counting/papers/", listing.count_papers, name="count_papers"),
    path("counting/papers/rule/", listing.rule_on_many, name="rule_on_many"),
    path("counting/papers/ruled/<uuid:ruled>/", listing.ruled_on_many, name="ruled_on_many"),
    path("counting/published/", published.published_papers, name="published_papers"),
    path(PAPER, one_paper.count_paper, name="count_paper"),
    path(f"{PAPER}back/", one_paper.take_back_count_paper, name="take_back_count_paper"),
    path(f"{PAPER}recheck/", one_paper.recheck_count_paper, name="recheck_count_paper"),
    path(f"{PAPER}files/<uuid:proof>/", one_paper.count_paper_file, name="count_paper_file"),
]
