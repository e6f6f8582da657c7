"""A call that is heard once for all tests."""

from __future__ import annotations

import pytest

from qa_service.core.measured import MeasuredCall
from qa_service.usecases.measured_file import pack, unpack
from tests.usecases.analysts import MIS_SOLD
from tests.usecases.hearing import heard, two_parties


@pytest.fixture(scope="session")
def saved() -> MeasuredCall:
    """A call in which an agent promises that nothing can be lost."""
    call = heard(two_parties().said(*MIS_SOLD)).call
    return unpack(pack(call), source="saved")
