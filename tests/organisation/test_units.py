"""Acts on the tree of units ask for the right themselves, whichever door they are called from."""

import pytest

from huiyin.departments.models import Post, Unit
from huiyin.office.problems import NotAllowed
from huiyin.organisation.units import dissolve_unit, name_hotline
from tests.makers import NOON, hotline, lighting, make_official, parks

pytestmark = pytest.mark.django_db


def test_nobody_hands_a_unit_over_to_one_they_do_not_set_up():
    by = make_official(Post.ADMINISTRATOR, unit=lighting())
    with pytest.raises(NotAllowed, match="Only an administrator of 园林绿化局"):
        dissolve_unit(lighting(), parks(), by=by, at=NOON)
    assert not Unit.objects.exclude(dissolved_on=None).exists()


def test_nobody_takes_requests_away_from_a_hotline_they_do_not_set_up():
    by = make_official(Post.ADMINISTRATOR, unit=lighting())
    hotline()
    with pytest.raises(NotAllowed):
        name_hotline(lighting(), by=by, at=NOON)
    assert Unit.objects.get(takes_requests=True) == hotline()
