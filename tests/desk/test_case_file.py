"""Photos and documents at the desk: added by those at work, opened by those who see the case."""

import pytest

from huiyin.cases.models import Attachment, Status
from tests.desk.visits import address, at_desk, text
from tests.makers import make_case
from tests.people import chen, lin, zhao
from tests.photos import photo, upload

pytestmark = pytest.mark.django_db


def add(case, by, **files):
    return at_desk(by).post(f"{address(case)}files/", files)


def test_an_officer_adds_a_photo_and_finds_it_on_the_page():
    case = make_case(Status.IN_HAND)
    assert add(case, chen(), file=upload(photo())).url == address(case)
    file = Attachment.objects.get(case=case)
    shown = text(at_desk(chen()).get(address(case)))
    assert f"{address(case)}files/{file.pk}/" in shown
    answer = at_desk(lin()).get(f"{address(case)}files/{file.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, file.content_type)
    answer.close()


def test_a_photo_of_a_foreign_case_does_not_exist():
    case = make_case(Status.IN_HAND)
    add(case, chen(), file=upload(photo()))
    file = Attachment.objects.get(case=case)
    assert at_desk(zhao()).get(f"{address(case)}files/{file.pk}/").status_code == 404


def test_a_photo_is_not_opened_through_another_case():
    case, other = make_case(Status.IN_HAND), make_case(Status.IN_HAND)
    add(case, chen(), file=upload(photo()))
    file = Attachment.objects.get(case=case)
    assert at_desk(chen()).get(f"{address(other)}files/{file.pk}/").status_code == 404


def test_nobody_adds_a_file_to_a_foreign_case():
    case = make_case(Status.IN_HAND)
    assert add(case, zhao(), file=upload(photo())).status_code == 404
    assert not Attachment.objects.exists()


def test_a_form_without_a_file_is_told_so():
    answer = add(make_case(Status.IN_HAND), chen())
    assert (answer.status_code, "Choose a file first." in text(answer)) == (400, True)
