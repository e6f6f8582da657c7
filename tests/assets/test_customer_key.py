"""The key of customers' numbers: made once, private, never replaced."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa_service.assets.customer_key import CustomerKey
from qa_service.core.errors import UsageError

NUMBER = "13800138000"


def refused(path: Path) -> UsageError:
    with pytest.raises(UsageError) as error:
        CustomerKey(path).token(NUMBER)
    assert NUMBER not in str(error.value)
    return error.value


def test_a_missing_key_is_made_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "customer.key"

    first, again = CustomerKey(path).token(NUMBER), CustomerKey(path).token("+86 " + NUMBER)

    assert first == again
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size == 32
    assert list(path.parent.iterdir()) == [path]


def test_two_installations_give_different_tokens(tmp_path: Path) -> None:
    assert CustomerKey(tmp_path / "a").token(NUMBER) != CustomerKey(tmp_path / "b").token(NUMBER)


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    key = CustomerKey(tmp_path / "key")

    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(key.token, [NUMBER] * 32))

    assert len(tokens) == 1


def test_a_key_of_ones_own_is_used_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"k" * 40)
    path.chmod(0o400)

    assert CustomerKey(path).token(NUMBER) == CustomerKey(path).token(NUMBER)
    assert path.read_bytes() == b"k" * 40


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o700], ids=oct)
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"k" * 32)
    path.chmod(mode)

    assert refused(path).code == "customer_key_unsafe"


@pytest.mark.parametrize("size", [0, 31, 5_000])
def test_a_key_of_another_size_is_refused_and_not_replaced(tmp_path: Path, size: int) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"k" * size)
    path.chmod(0o600)

    assert refused(path).code == "customer_key_unfit"
    assert path.stat().st_size == size


def test_a_path_that_cannot_be_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert refused(tmp_path).code == "customer_key_unreadable"
    assert refused(tmp_path / "file" / "key").code == "customer_key_unreadable"
