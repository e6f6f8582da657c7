"""One is one, and several are several; nowhere does a sentence say "(s)"."""

from __future__ import annotations

import re
import string

import pytest

from qa_service.i18n.catalogue import Catalogue, catalogue, fill

_EN = catalogue("en")
#: Figures in seconds stand in brackets in the heads of tables.
_EITHER = re.compile(r"\w\((s|es|ies)\)")


@pytest.mark.parametrize(
    ("template", "value", "said"),
    [
        pytest.param("{n:call|calls}", 1, "1 call", id="one"),
        pytest.param("{n:call|calls}", "1", "1 call", id="one as a text"),
        pytest.param("{n:call|calls}", 0, "0 calls", id="none"),
        pytest.param("{n:call|calls}", 2, "2 calls", id="two"),
        pytest.param("{n:call|calls}", 21, "21 calls", id="twenty-one"),
        pytest.param("{n:call|calls}", 1.5, "1.5 calls", id="one and a half"),
        pytest.param("{n}", 1, "1", id="without words"),
        pytest.param("{other:call|calls}", 1, "〔…〕", id="a gap stays a gap"),
    ],
)
def test_a_number_has_its_word(template: str, value: object, said: str) -> None:
    assert fill(template, {"n": value}) == said


@pytest.mark.parametrize("code", sorted(Catalogue.own("en")))
def test_no_english_sentence_leaves_the_choice_to_its_reader(code: str) -> None:
    assert not _EITHER.search(_EN.template(code))


@pytest.mark.parametrize("code", sorted(Catalogue.own("en")))
def test_both_words_are_given_where_one_is(code: str) -> None:
    specs = [spec for _, name, spec, _ in string.Formatter().parse(_EN.template(code)) if name and spec]

    assert all(spec.count("|") == 1 and all(spec.split("|")) for spec in specs)
