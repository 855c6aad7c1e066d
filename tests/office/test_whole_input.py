"""What was sent is read as a whole, or not at all."""

import io

import pytest

from huiyin.office.whole_input import WholeInput, whole_requests_only


class Slow(io.BytesIO):
    """A sender whose words arrive in drops."""

    def read(self, size=-1):
        return super().read(min(size, 3) if size >= 0 else 3)


@pytest.mark.parametrize("kind", [io.BytesIO, Slow])
@pytest.mark.parametrize("size", [-1, 4, 100])
def test_a_whole_request_is_read_to_its_end(kind, size):
    stream, read = WholeInput(kind(b"name=value&x=1"), 14), []
    while part := stream.read(size):
        read.append(part)
    assert b"".join(read) == b"name=value&x=1"


@pytest.mark.parametrize("kind", [io.BytesIO, Slow])
@pytest.mark.parametrize("size", [-1, 5, 100])
def test_a_request_that_broke_off_raises_wherever_it_is_read(kind, size):
    stream = WholeInput(kind(b"name=val"), 14)
    with pytest.raises(OSError, match=r"broke off \d+ bytes before the end"):
        list(iter(lambda: stream.read(size), b""))


def test_lines_are_read_to_the_end_and_no_further():
    stream = WholeInput(io.BytesIO(b"one\ntwo\nbeyond"), 8)
    assert [stream.readline(), stream.readline(), stream.readline()] == [b"one\n", b"two\n", b""]
    broken = WholeInput(io.BytesIO(b"one\n"), 8)
    assert broken.readline(2) == b"on"
    assert broken.readline() == b"e\n"
    with pytest.raises(OSError, match="broke off 4 bytes"):
        broken.readline()


@pytest.mark.parametrize("said", ["", None, "much"])
def test_a_request_that_names_no_length_is_left_to_django(said):
    seen = []
    site = whole_requests_only(lambda environ, _start: seen.append(environ["wsgi.input"]) or [])
    site({"wsgi.input": "stream", "CONTENT_LENGTH": said}, None)
    assert seen == ["stream"]
