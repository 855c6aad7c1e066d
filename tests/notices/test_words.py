"""Every notice is a whole sentence, for staff and for residents, in both languages."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from huiyin.departments.models import Official, Unit
from huiyin.notices import vocabulary
from huiyin.notices.facts import Names
from huiyin.notices.sentences import PLACEHOLDER, Words
from huiyin.notices.words import LABELS, WORDS, kept_facts, words_of

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LENT = {
    "moment": AT,
    "day": date(2026, 3, 4),
    "number": 3,
    "case": "HY20260304-00001",
    "text": "《条例》第十五条",
    "unit": Unit(pk=5, name="路灯管理所", name_en="Lighting"),
    "official": Official(pk=7, name="陈国强"),
}
NAMES = Names({5: LENT["unit"]}, {7: LENT["official"]})
LANGUAGES = ("zh-hans", "en")


def lent(words: Words) -> dict[str, object]:
    """Something true of each kind, for every fact of a notice."""
    return {
        name: next(iter(kind.choices)) if kind.choices else LENT[kind.name]
        for name, kind in words.facts.items()
    }


def sentences(code: str) -> list[str]:
    """What a notice says to staff and to the resident."""
    words = WORDS[code]
    kept = kept_facts(code, lent(words))
    facts = {name: words.facts[name].said(value, NAMES) for name, value in kept.items()}
    said = [one for one in (words.staff, words.resident) if one is not None]
    return [str(one) % {"about": "HY20260304-00009", **facts} for one in said]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", WORDS)
def test_a_notice_is_a_whole_sentence_without_a_hole(code, language):
    with translation.override(language):
        for sentence in sentences(code):
            assert sentence.endswith("。" if language == "zh-hans" else ".")
            assert "%" not in sentence
            assert "  " not in sentence


@pytest.mark.parametrize("code", WORDS)
def test_both_languages_tell_the_same_facts(code):
    words = WORDS[code]
    for one in (words.staff, words.resident):
        if one is None:
            continue
        found = []
        for language in LANGUAGES:
            with translation.override(language):
                found.append(set(PLACEHOLDER.findall(str(one))))
        assert found[0] == found[1]


@pytest.mark.parametrize("code", WORDS)
def test_staff_read_in_chinese_what_stands_there_in_english(code):
    with translation.override("en"):
        english = sentences(code)
    with translation.override("zh-hans"):
        assert all(a != b for a, b in zip(english, sentences(code), strict=True))


@pytest.mark.parametrize("code", WORDS)
def test_what_a_resident_is_told_names_no_official_and_no_other_case(code):
    words = WORDS[code]
    told = set(PLACEHOLDER.findall(str(words.resident or ""))) | words.for_resident
    kinds = {words.facts[name].name for name in told - {"about"}}
    assert not kinds & {"official", "case"}


@pytest.mark.parametrize("code", WORDS)
def test_a_fact_below_a_sentence_has_a_heading(code):
    words = WORDS[code]
    below = {name for name, kind in words.facts.items() if kind.name == "text"} - words.owed()
    assert below <= LABELS.keys()
    assert words.for_resident <= words.facts.keys()


def test_an_unknown_notice_is_a_mistake_at_once():
    with pytest.raises(LookupError, match=r"case\.danced"):
        words_of("case.danced")


def test_a_notice_without_the_facts_of_its_sentence_is_a_mistake_at_once():
    with pytest.raises(ValueError, match="missing: \\['due'\\]"):
        kept_facts("case.dispatched", {})


def test_a_notice_carries_nothing_its_words_do_not_know():
    with pytest.raises(ValueError, match="unknown: \\['phone'\\]"):
        kept_facts("case.dispatched", {"due": AT, "phone": "13800138000"})


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("case.dispatched", {"due": "tomorrow"}),
        ("case.dispatched", {"due": datetime(2026, 3, 4)}),  # noqa: DTZ001 - a moment without a zone
        ("case.redirected", {"route": "into the bin"}),
        ("case.reopened", {"due": AT, "round": "2"}),
        ("case.redispatched", {"unit": "parks"}),
        ("mention", {"by": "chen"}),
    ],
)
def test_a_fact_of_the_wrong_kind_is_a_mistake_at_once(code, facts):
    with pytest.raises(TypeError, match="it must be"):
        kept_facts(code, facts)


def test_a_long_text_is_cut_where_a_notice_ends():
    kept = kept_facts("case.returned", {"reason": "长" * 500})
    assert len(kept["reason"]) == 200
    assert kept["reason"].endswith("…")


def test_the_code_words_are_those_of_the_cases():
    from_cases = pytest.importorskip("huiyin.cases.rules")
    pairs = [
        (vocabulary.STATUSES, {str(each) for each in from_cases.Status}),
        (vocabulary.ROUTES, {str(each) for each in from_cases.SpecialRoute}),
        (vocabulary.BODIES, {str(each) for each in from_cases.OutsideBody}),
        (vocabulary.RULINGS, {str(each) for each in from_cases.Ruling}),
        (
            vocabulary.GROUNDS,
            {ground for each in from_cases.PROCEDURES.values() for ground in each.grounds},
        ),
    ]
    for said, used in pairs:
        assert said.keys() >= used
