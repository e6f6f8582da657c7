"""Customers are known by opaque tokens: what passes for one, and how a number becomes one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa_service.core.customers import InClear, customer_token, in_clear, normalised

KEY = bytes(range(32))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="nothing is known"),
        pytest.param("9f2c41d07be5a6c3", id="16 hexadecimal digits"),
        pytest.param("9F2C41D07BE5A6C3" * 4, id="64, capitals"),
        pytest.param("hmac-sha256:9f2c41d07be5a6c3", id="with a prefix"),
        pytest.param("hmac-sha256:1234567890123456", id="a keyed hash that happens to be all digits"),
        pytest.param("3q2-7wABCDEFGHIJKLMN_g", id="base64url"),
        pytest.param("3q27wABCDEFGHIJKLMNOg==", id="base64url, padded"),
        pytest.param("crm:3q2-7wABCDEFGHIJKL", id="base64url with a prefix"),
        pytest.param("6ba7b810-9dad-41d1-80b4-00c04fd430c8", id="a UUID"),
    ],
)
def test_opaque_tokens_pass(value: str) -> None:
    assert in_clear(value) is None


@pytest.mark.parametrize(
    ("value", "looks"),
    [
        pytest.param("13800138000", InClear.PHONE, id="a mobile number"),
        pytest.param("138 0013 8000", InClear.PHONE, id="with spaces"),
        pytest.param("+86-138-0013-8000", InClear.PHONE, id="with its country"),
        pytest.param("00861380013800", InClear.PHONE, id="with 0086, mistyped"),
        pytest.param("(010) 8888-0000", InClear.PHONE, id="a landline"),
        pytest.param("１３８００１３８０００", InClear.PHONE, id="full width"),
        pytest.param("tel:13800138000", InClear.PHONE, id="with a prefix"),
        pytest.param("customer_13800138000", InClear.PHONE, id="long enough by its prefix"),
        pytest.param("tel:0086-138-0013-8000", InClear.PHONE, id="long enough by its country"),
        pytest.param("13800138000@qq.com", InClear.EMAIL, id="an e-mail address"),
        pytest.param("li.hua@mail.example", InClear.EMAIL, id="of a name"),
        pytest.param("11010519491231002X", InClear.ID_CARD, id="an identity card"),
        pytest.param("110105194912310021", InClear.ID_CARD, id="an identity card in digits"),
        pytest.param("id:110105194912310021", InClear.ID_CARD, id="with a prefix of its own"),
        pytest.param("6222 0212 3456 7890 123", InClear.CARD, id="a bank card"),
        pytest.param("4000123412341234", InClear.CARD, id="16 digits"),
        pytest.param("李华", InClear.NAME, id="a name"),
        pytest.param("李华女士（老客户，住在和平里）", InClear.NAME, id="a name and more, long"),
        pytest.param("Wang Xiaoming", InClear.NAME, id="a name in letters"),
        pytest.param("wangxiaoming1988", InClear.NAME, id="an account name of 16 characters"),
        pytest.param("zhangsan-xiaolihua", InClear.NAME, id="two names"),
        pytest.param("a" * 199 + "!", InClear.OTHER, id="a long word that is none"),
        pytest.param("C0000", InClear.OTHER, id="too short for a hash"),
        pytest.param("hmac:3f2a", InClear.OTHER, id="a prefix and four digits"),
    ],
)
def test_what_says_who_the_customer_is_does_not(value: str, looks: InClear) -> None:
    assert in_clear(value) is looks


@example(bytes.fromhex("ea0fb9be504fd544796785 6aa70b83cdb5284a7a9fe0855b9728cdb520f990bd"))
@given(st.binary(min_size=16, max_size=32))
def test_hashes_and_uuids_pass_however_they_are_written(digest: bytes) -> None:
    written = [
        f"hmac-sha256:{digest.hex()}",
        digest.hex() + "f",
        str(uuid.uuid5(uuid.NAMESPACE_OID, digest.hex())),
    ]

    assert [in_clear(value) for value in written] == [None, None, None]
    assert in_clear(base64.urlsafe_b64encode(hashlib.sha256(digest).digest()).decode()) is None


@pytest.mark.parametrize(
    "number",
    ["13800138000", "138-0013-8000", "+86 138 0013 8000", "0086138 00138000", "8613800138000", "013800138000",
     "(+86)13800138000", "１３８００１３８０００", "86 138.0013.8000"],
)  # fmt: skip
def test_one_number_has_one_form(number: str) -> None:
    assert normalised(number) == "13800138000"


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        pytest.param("010-8888 0000", "1088880000", id="a landline with its 0"),
        pytest.param("+86 10 8888 0000", "1088880000", id="the same from abroad"),
        pytest.param(
            "+1 380 013 8000", "0013800138000", id="abroad: not the mobile number of the same digits"
        ),
        pytest.param("001 380 013 8000", "0013800138000", id="abroad with 00"),
        pytest.param("8610086", "8610086", id="86 may begin a local number"),
        pytest.param("95588", "95588", id="a short number"),
    ],
)
def test_numbers_at_home_and_abroad(number: str, digits: str) -> None:
    assert normalised(number) == digits


@pytest.mark.parametrize(
    "number",
    ["", "+", "1380", "anonymous", "138****8000", "13800138000 转 801", "13800138000,13900139000", "1" * 19,
     "0000000", "+86"],
)  # fmt: skip
def test_what_is_no_number_has_no_form(number: str) -> None:
    assert normalised(number) is None
    assert customer_token(number, KEY) is None


def test_the_token_is_the_keyed_hash_of_the_digits() -> None:
    expected = hmac.new(KEY, b"13800138000", hashlib.sha256).hexdigest()[:32]

    assert customer_token("+86 138-0013-8000", KEY) == f"hmac-sha256:{expected}"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.binary(min_size=32, max_size=64))
def test_tokens_are_accepted_as_customers_and_depend_on_the_key(number: str, key: bytes) -> None:
    token = customer_token(number, key)

    assert token is not None
    assert in_clear(token) is None
    assert token != customer_token(number, key + b"\1")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        customer_token("13800138000", b"x" * 31)
