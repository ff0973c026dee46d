import orjson
import pytest
from factories import make_slip
from hypothesis import given
from hypothesis import strategies as st

from worker.desk.slip import Slip, SlipError, read_prepared, write_prepared
from worker.model import Embargo, Origin

text = st.text(max_size=20)
slips = st.builds(
    Slip,
    uri=text,
    version=text,
    provider=text,
    time=st.integers(-(2**53), 2**53),
    origin=st.builds(Origin, text, st.integers(0, 9), st.integers(0, 2**53), st.integers(0, 2**53), st.integers(0, 99)),
    kind=st.sampled_from(["item", "release", "kill"]),
    signals=st.lists(text, max_size=3).map(tuple),
    embargo=st.none() | st.builds(Embargo, until=st.none() | st.integers(0, 2**53), text=text),
    exact=st.binary(max_size=16),
    print=st.binary(max_size=40),
    routes=st.lists(text, max_size=3).map(tuple),
    holder=st.none() | text,
    headline=text,
    replayed=st.just(value=True),
    as_new=st.booleans(),
    target=st.none() | st.integers(0, 9),
    reason=text,
)


@given(slips, st.dictionaries(text, text))
def test_read_gives_back_what_was_written(slip: Slip, record: dict[str, str]) -> None:
    """A prepared value gives back the slip and the record's bytes, whatever text is in them."""
    written = orjson.dumps(record)

    assert read_prepared(write_prepared(slip, written)) == (slip, written)


@given(slips)
def test_value_is_one_json_object(slip: Slip) -> None:
    """Other programs can read a prepared value as plain JSON."""
    value = orjson.loads(write_prepared(slip, b'{"item":{}}'))

    assert value["record"] == {"item": {}}
    assert value["slip"]["uri"] == slip.uri


@pytest.mark.parametrize("value", [b"", b"{}", b"null", b'{"slip":{}\n,"record":{}}', b'{"slip":[1]\n,"record":{}}', b"\xff\n"])
def test_anything_else_is_refused(value: bytes) -> None:
    """Bytes that are no prepared item are refused as such, never half read."""
    with pytest.raises(SlipError):
        read_prepared(value)


def test_later_format_is_refused_with_what_to_do() -> None:
    """A prepared item of a format that is not known says to upgrade the desk."""
    value = write_prepared(make_slip(), b"{}").replace(b'"format":1', b'"format":99')

    with pytest.raises(SlipError, match="upgrade the desk first"):
        read_prepared(value)
