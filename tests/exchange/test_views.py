"""The address that monitoring asks: is the city well?"""

import pytest
from django.db import OperationalError
from psycopg_pool import PoolTimeout

from huiyin.exchange import views


@pytest.mark.django_db
def test_a_city_that_is_well_says_so(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "answers"})
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.parametrize("reason", [OperationalError("gone"), PoolTimeout("none free")])
def test_a_city_without_its_database_says_so(client, monkeypatch, reason):
    class Away:
        def cursor(self):
            raise reason

    monkeypatch.setattr(views, "connection", Away())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": "away"})


def test_health_can_only_be_asked(client):
    assert client.post("/healthz").status_code == 405
