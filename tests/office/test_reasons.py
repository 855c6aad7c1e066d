"""What the system refuses is said in the language of the city, whole sentence and all."""

import errno
import logging
import re

import pytest
from django.utils import translation

from huiyin.management.commands.web import _says_more_than_the_end
from huiyin.office.reasons import REASONS, reason_of

CHINESE = re.compile(r"^[一-鿿，0-9 ]+$")


@pytest.mark.parametrize("number", sorted(REASONS))
def test_a_known_reason_is_wholly_chinese_in_a_chinese_sentence(number):
    with translation.override("zh-hans"):
        assert CHINESE.match(reason_of(OSError(number, "No such luck")))


def test_an_unknown_reason_keeps_the_number_by_which_it_can_be_looked_up():
    with translation.override("zh-hans"):
        said = reason_of(OSError(errno.EXDEV, "Invalid cross-device link"))
    assert CHINESE.match(said)
    assert str(errno.EXDEV) in said


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Killing worker-1 after it refused to gracefully stop", False),
        ("Unexpected exit from worker-1", True),
    ],
)
def test_at_the_end_nobody_is_told_of_browsers_that_stayed_to_the_last(said, shown):
    line = logging.LogRecord("_granian", logging.WARNING, "", 0, said, None, None)
    assert _says_more_than_the_end(line) is shown
