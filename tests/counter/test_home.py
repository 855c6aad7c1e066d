"""The first page: what one can do here, without a query, in two languages."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_the_first_page_leads_to_everything_without_asking_the_database(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        words = client.get("/").content.decode()
    for address in ("/ask/", "/follow/", "/seals/"):
        assert f'href="{address}"' in words
    assert "110" in words


def test_the_header_names_the_city(client, settings):
    settings.CITY_NAME = "青禾市"
    assert "青禾市" in client.get("/").content.decode()


def test_the_page_one_stands_on_is_marked_in_the_menu(client):
    words = client.get("/ask/").content.decode()
    assert re.search(r'<a href="/ask/" aria-current="page">', words)
    assert words.count("aria-current") == 1


def test_the_city_speaks_chinese_unless_told_otherwise(client, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    words = client.get("/").content.decode()
    assert '<html lang="zh-Hans">' in words
    assert "English" in words


def test_a_visitor_changes_the_language_and_stays_on_the_page(client, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/ask/"})
    assert answer["Location"] == "/ask/"
    words = client.get("/ask/").content.decode()
    assert '<html lang="en">' in words
    assert "What is the matter?" in words


def test_nobody_is_sent_to_another_site_by_the_language_switch(client):
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("address", ["/", "/ask/", "/follow/", "/seals/"])
def test_pages_work_under_a_policy_without_inline_script_or_style(client, address):
    answer = client.get(address)
    words = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", words)


def test_no_visitor_is_given_a_session(client):
    for address in ("/", "/ask/", "/follow/", "/seals/"):
        client.get(address)
    assert "huiyin_session" not in client.cookies
