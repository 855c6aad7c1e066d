"""Every step of the desk with its form and its act: the plain road and off it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases.files.attachments import keep_evidence
from huiyin.cases.merging import merge_case, split_case
from huiyin.cases.models import Application, Case, SpecialRoute
from huiyin.cases.numbers import tidy_number
from huiyin.cases.papers.explaining import words_owed
from huiyin.departments.models import Official
from huiyin.desk.call_backs.forms import CALL_BACK_WAYS
from huiyin.desk.papers import forms
from huiyin.desk.step_forms import WAYS as PLAIN_WAYS
from huiyin.desk.step_forms import ReasonForm, ReplyForm, Way, chosen_unit, way_with
from huiyin.dispatch.objections import Objection, object_to_dispatch, recall_dispatch
from huiyin.dispatch.routes import (
    Explanation,
    Handover,
    ask_later,
    redirect_case,
    report_outcome,
    take_back,
    transfer_case,
)
from huiyin.office.problems import WrongInput
from huiyin.replies.times import LedgerEntry, MoreTime, ask_for_time, ask_to_park, resume_case


def _redirect(number: str, form: Any, by: Official, at: datetime) -> Case:
    said = form.cleaned_data
    words = said["reply"].strip()
    if not words and said["route"] in SpecialRoute.values:
        words = words_owed(said["route"])
    told = Explanation(said["route"], words, said["earlier"])
    return redirect_case(number, told, by=by, at=at)


def _transfer(number: str, form: Any, by: Official, at: datetime) -> Case:
    said = form.cleaned_data
    given = Handover(said["body"], said["reply"], said["until"], said["name"])
    return transfer_case(number, given, by=by, at=at)


def _ask_later(number: str, form: Any, by: Official, at: datetime) -> Case:
    said = form.cleaned_data
    return ask_later(number, said["reason"], _given(said["until"]), by=by, at=at)


def _merge(number: str, form: Any, by: Official, at: datetime) -> Case:
    said = form.cleaned_data["into"]
    return merge_case(number, tidy_number(said) or said.strip(), by=by, at=at)


def _resume(number: str, form: Any, by: Official, at: datetime) -> Case:
    return resume_case(number, form.cleaned_data["reason"], by=by, at=at)


def _object(number: str, form: Any, by: Official, at: datetime) -> Application:
    said = form.cleaned_data
    objection = Objection(said["ground"], said["reason"], chosen_unit(form))
    return _with_evidence(object_to_dispatch(number, objection, by=by, at=at), form, by, at)


def _extend(number: str, form: Any, by: Official, at: datetime) -> Application:
    said = form.cleaned_data
    wanted = MoreTime(said["ground"], said["reason"], _given(said["until"]))
    return _with_evidence(ask_for_time(number, wanted, by=by, at=at), form, by, at)


def _park(number: str, form: Any, by: Official, at: datetime) -> Application:
    said = form.cleaned_data
    until, steps = _given(said["until"]), said["milestones"]
    wanted = LedgerEntry(said["ground"], said["reason"], until, steps)
    return _with_evidence(ask_to_park(number, wanted, by=by, at=at), form, by, at)


def _recall(number: str, form: Any, by: Official, at: datetime) -> Case:
    reason = form.cleaned_data["reason"]
    return recall_dispatch(number, reason, by=by, at=at, unit=chosen_unit(form))


def _with_evidence(application: Application, form: Any, by: Official, at: datetime) -> Application:
    file = form.cleaned_data.get("file")
    if file:
        keep_evidence(application, file, by=by, at=at)
    return application


def _given(value: datetime | None) -> datetime:
    if value is None:
        raise WrongInput(_("Give the day and the hour."))
    return value


WAYS: dict[str, Way] = (
    PLAIN_WAYS
    | CALL_BACK_WAYS
    | {
        "object": Way(forms.ObjectionForm, _object),
        "extend": Way(forms.ExtensionForm, _extend),
        "ask_to_park": Way(forms.ParkingForm, _park),
        "recall": Way(forms.RecallForm, _recall),
        "redirect": Way(forms.RedirectForm, _redirect),
        "transfer": Way(forms.TransferForm, _transfer),
        "ask_later": Way(forms.AskLaterForm, _ask_later),
        "report_outcome": Way(ReplyForm, way_with(report_outcome, "reply")),
        "take_back": Way(ReasonForm, way_with(take_back, "reason")),
        "merge": Way(forms.MergeForm, _merge),
        "split": Way(ReasonForm, way_with(split_case, "reason")),
        "resume": Way(ReasonForm, _resume),
        "answer_parked": PLAIN_WAYS["answer"],
    }
)
