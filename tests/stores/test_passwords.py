"""How passwords are kept: argon2id, at no less than what OWASP's cheat sheet on password storage asks (2024)."""

from __future__ import annotations

import sqlalchemy as sa
from argon2 import extract_parameters
from argon2.low_level import Type

from qa_service.core.people import User, UserRole
from qa_service.stores import people
from tests.stores.rows import NOW


def test_a_password_costs_whoever_guesses_enough(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        people.add_user(connection, User("u1", "anna", UserRole.AGENT), "一句只有自己知道的话", now=NOW)
        (kept,) = connection.execute(sa.text("SELECT password FROM users")).scalars()

    cost = extract_parameters(kept)
    assert cost.type is Type.ID
    assert cost.memory_cost >= 19 * 1024, "KiB"
    assert cost.time_cost >= 2
    assert cost.salt_len >= 16
