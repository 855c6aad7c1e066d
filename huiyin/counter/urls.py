"""The addresses of the resident's door."""

from django.urls import path

from huiyin.counter import answering, asking, following, receipts, told

app_name = "counter"
urlpatterns = [
    path("", asking.home, name="home"),
    path("ask/", asking.ask, name="ask"),
    path("receipt/<str:number>/", receipts.receipt, name="receipt"),
    path("receipt/<str:number>/receipt.txt", receipts.receipt_text, name="receipt_text"),
    path("receipt/<str:number>/proof.json", receipts.receipt_proof, name="receipt_proof"),
    path("answer/<str:code>/<str:secret>/", answering.answer, name="answer"),
    path("follow/", following.follow, name="follow"),
    path("follow/close-here/", following.close_here, name="close_here"),
    path("follow/<str:number>/", following.follow_case, name="follow_case"),
    path("follow/<str:number>/add/", following.add, name="add"),
    path("follow/<str:number>/rate/", following.rate, name="rate"),
    path("follow/<str:number>/ask-again/", following.ask_again, name="ask_again"),
    path("follow/<str:number>/withdraw/", following.withdraw, name="withdraw"),
    path("follow/<str:number>/different/", following.different, name="different"),
    path("follow/<str:number>/new-facts/", following.new_facts, name="new_facts"),
    path("follow/<str:number>/text-messages/", told.text_messages, name="text_messages"),
    path("follow/<str:number>/files/<uuid:file>/", following.own_file, name="own_file"),
    path("seals/", receipts.seals, name="seals"),
    path("seals.json", receipts.seals_json, name="seals_json"),
]
