"""Every sentence people see is spoken in Chinese, with the same blanks to fill in."""

import re

from tools import messages

BLANK = re.compile(r"%\((\w+)\)[sd]|(?<!{){(\w+)[^{}]*}(?!})")
LETTERS = re.compile(r"[A-Za-z]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Said in Chinese as they are in English.
SAME_IN_CHINESE: set[str] = set()
CATALOGUE = [message for message in messages.read(messages.CHINESE, "zh_Hans") if message.id]


def forms(text: object) -> list[str]:
    """The singular and plural of a message, or the one form of a translation."""
    return [str(form) for form in (text if isinstance(text, list | tuple) else [text])]


def blanks(text: str) -> set[str]:
    """The names of the blanks in a sentence."""
    return {first or second for first, second in BLANK.findall(text)}


def test_every_sentence_in_code_and_pages_has_its_chinese():
    assert messages.check() == []


def test_the_catalogue_holds_no_sentence_that_nobody_says():
    said = {forms(message.id)[0] for message in messages.found_messages() if message.id}
    assert [forms(m.id)[0] for m in CATALOGUE if forms(m.id)[0] not in said] == []


def test_both_catalogues_hold_the_same_sentences():
    english = messages.read(messages.ENGLISH, "en")
    known = {forms(message.id)[0] for message in english if message.id}
    assert known == {forms(message.id)[0] for message in CATALOGUE}, "run `make words`"


def test_no_translation_is_a_guess():
    assert [message.id for message in CATALOGUE if message.fuzzy] == []


def test_a_translation_fills_in_the_same_blanks():
    odd = [
        form
        for message in CATALOGUE
        for form in forms(message.string)
        if form and blanks(form) != set().union(*(blanks(said) for said in forms(message.id)))
    ]
    assert odd == []


def test_a_translation_is_in_chinese():
    english = [
        forms(message.id)[0]
        for message in CATALOGUE
        if LETTERS.search(BLANK.sub("", forms(message.id)[0]))
        and not all(CHINESE.search(form) for form in forms(message.string))
    ]
    assert set(english) == SAME_IN_CHINESE
