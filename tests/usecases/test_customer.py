"""Who called, as envelopes say it: tokens arrive, numbers become tokens, and no message repeats what was written."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest
import yaml

from qa_service.core.customers import customer_token
from qa_service.core.errors import EnvelopeError
from qa_service.i18n.catalogue import catalogue
from qa_service.usecases.envelope import read_envelope
from qa_service.usecases.transcript import read_transcript

KEY = b"k" * 32
NUMBER, TAIL = "13800138000", "0138000"
TOKEN = customer_token(NUMBER, KEY)


def tokens(number: str) -> str | None:
    return customer_token(number, KEY)


def refused(text: str, *, with_key: bool = True) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as error:
        read_envelope(text, source="call.json", timezone="UTC", tokens=tokens if with_key else None)
    return error.value


@pytest.mark.parametrize("number", [NUMBER, "+86 138-0013-8000", "0086 13800138000", " 013800138000 "])
def test_a_number_becomes_its_token(number: str) -> None:
    written = {"call_id": "c", "customer_number": number}

    for text in (json.dumps(written), yaml.safe_dump(written)):
        envelope = read_envelope(text, source="e", timezone="UTC", tokens=tokens)

        assert envelope.customer == TOKEN
        assert TAIL not in repr(envelope)


def test_a_transcript_may_bring_the_number_too() -> None:
    text = json.dumps({"envelope": {"customer_number": NUMBER}, "utterances": []})

    read = read_transcript(text, source="t", timezone="UTC", tokens=lambda _: (), customers=tokens)

    assert read.envelope.customer == TOKEN
    assert TAIL not in repr(read)


def test_no_customer_is_no_customer() -> None:
    assert read_envelope("{}", source="e", timezone="UTC", tokens=tokens).customer == ""


@pytest.mark.parametrize(
    ("written", "code"),
    [
        pytest.param({"customer": NUMBER}, "customer_in_clear", id="a number for a token"),
        pytest.param({"customer": f"{NUMBER}@qq.com"}, "customer_in_clear", id="an address for a token"),
        pytest.param({"customer": f"张三{NUMBER}"}, "customer_in_clear", id="name and number for a token"),
        pytest.param({"customer_number": f"{NUMBER}转801"}, "customer_number_unreadable", id="an extension"),
        pytest.param({"customer_number": int(NUMBER)}, "envelope_invalid", id="without quotes"),
        pytest.param({"customer_number": [NUMBER]}, "envelope_invalid", id="a list of numbers"),
        pytest.param({"customer_number": NUMBER * 4}, "envelope_invalid", id="too long"),
        pytest.param({"customer": int(NUMBER)}, "envelope_invalid", id="a token without quotes"),
        pytest.param({"customer": NUMBER * 19}, "envelope_invalid", id="a token that is too long"),
        pytest.param({"number": NUMBER}, "envelope_invalid", id="a field that does not exist"),
        pytest.param({"line": int(NUMBER)}, "envelope_invalid", id="in another field"),
        pytest.param({"customer": TOKEN, "customer_number": NUMBER}, "customer_twice", id="both"),
        pytest.param({"customer_number": NUMBER, "direction": "up"}, "envelope_invalid", id="another fault"),
    ],
)
@pytest.mark.parametrize("lang", ["zh_CN", "zh_TW", "en"])
def test_what_will_not_do_is_refused_without_repeating_it(
    written: dict[str, Any], code: str, lang: str
) -> None:
    error = refused(json.dumps(written))

    assert error.code == code
    said = catalogue(lang).error(error) + str(error) + "".join(traceback.format_exception(error))
    assert TAIL not in said


def test_without_a_key_a_number_is_refused_and_the_setting_is_named() -> None:
    error = refused(json.dumps({"customer_number": NUMBER}), with_key=False)

    assert error.code == "customer_key_missing"
    assert "QA_CUSTOMER_KEY_FILE" in catalogue("zh_CN").error(error)
    assert TAIL not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    "text", [f"customer_number: '{NUMBER}", f"customer_number: {NUMBER}: [", f"{{{NUMBER}"]
)
def test_a_file_that_cannot_be_read_is_not_quoted(text: str) -> None:
    error = refused(text)

    assert TAIL not in "".join(traceback.format_exception(error))


def test_a_transcript_that_will_not_do_is_not_quoted() -> None:
    text = json.dumps({"envelope": {"customer_number": NUMBER}, "utterances": 7})

    with pytest.raises(EnvelopeError) as error:
        read_transcript(text, source="t", timezone="UTC", tokens=lambda _: (), customers=tokens)

    assert TAIL not in "".join(traceback.format_exception(error.value))


def test_the_refusal_says_what_it_looks_like_and_what_to_write() -> None:
    said = catalogue("zh_CN").error(refused(json.dumps({"customer": NUMBER})))

    assert said.startswith("call.json: customer：")
    assert "电话号码" in said
    assert "customer_number" in said
