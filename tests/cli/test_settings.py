"""Settings that cannot be are one sentence with the place and the way out; exit 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.core.errors import UsageError
from qa_service.settings import Settings, read_settings
from tests.cli.conftest import Cli
from tests.cli.terminal import outside, transcript


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SETTINGS", *Settings.model_fields):
        monkeypatch.delenv(f"QA_{name.upper()}", raising=False)


def told(monkeypatch: pytest.MonkeyPatch, file: Path, text: str, **variables: str) -> Settings:
    file.write_text(text, "utf-8")
    monkeypatch.setenv("QA_SETTINGS", str(file))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_a_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = """
        data_dir = "~/calls"
        lang = "en"
        vocabulary = ["晨光宽带"]
        [line_cer]
        sales = 0.12
    """

    settings = told(monkeypatch, tmp_path / "qa.toml", written)

    assert settings.data_dir == Path.home() / "calls"
    assert settings.models == Path.home() / "calls" / "models"
    assert (settings.lang, settings.vocabulary, settings.line_cer) == ("en", ("晨光宽带",), {"sales": 0.12})


def test_a_variable_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert told(monkeypatch, tmp_path / "qa.toml", 'lang = "en"', QA_LANG="zh_TW").lang == "zh_TW"


def test_without_any_there_are_defaults() -> None:
    settings = read_settings()

    assert (settings.lang, settings.timezone, settings.max_cer) == ("zh_CN", "Asia/Shanghai", 0.2)


@pytest.mark.parametrize(
    ("variables", "key"),
    [
        pytest.param({}, "calls.customer.key", id="one machine has one beside its data"),
        pytest.param({"QA_DATABASE_URL": "sqlite:////srv/qa.db"}, "calls.customer.key", id="also elsewhere"),
        pytest.param({"QA_DATABASE_URL": "postgresql://qa@db/qa"}, None, id="several machines have none"),
        pytest.param(
            {"QA_DATABASE_URL": "postgresql://qa@db/qa", "QA_CUSTOMER_KEY_FILE": "/etc/c.key"},
            "c.key",
            id="unless they share one",
        ),
        pytest.param({"QA_CUSTOMER_KEY_FILE": "/etc/c.key"}, "c.key", id="what was named counts"),
    ],
)
def test_the_key_of_customers_never_lies_in_the_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str], key: str | None
) -> None:
    monkeypatch.setenv("QA_DATA_DIR", str(tmp_path / "calls"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    settings = read_settings()

    assert (settings.customer_key.name if settings.customer_key else None) == key
    assert settings.customer_key is None or not settings.customer_key.is_relative_to(settings.data_dir)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        pytest.param("lang = \n", "line 1", id="no TOML"),
        pytest.param("nonsense = 1", "nonsense: is not a setting", id="no such setting"),
        pytest.param(
            "threads = 'many'", "threads: Input should be a valid integer", id="a word for a number"
        ),
        pytest.param("threads = -1", "threads: Input should be greater", id="too small"),
        pytest.param("lang = 'fr'", "lang: Input should be 'zh_CN', 'zh_TW' or 'en'", id="no such language"),
        pytest.param("timezone = 'Mars/X'", "timezone: 'Mars/X' is not a time zone", id="no such zone"),
        pytest.param("timezone = '../../etc/passwd'", "is not a time zone", id="a path for a zone"),
        pytest.param("max_hours = 0", "max_hours:", id="nothing would be taken"),
        pytest.param("[line_cer]\nsales = 12", "line_cer.sales:", id="per cent for a share"),
        pytest.param("vocabulary = '晨光'", "vocabulary:", id="one word for a list"),
        pytest.param("base_url = 'qa.example.com'", "is not an address such as", id="no scheme"),
        pytest.param("base_url = 'https://qa.example.com/)x'", "is not an address", id="would end a link"),
    ],
)
def test_the_place_in_the_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str, words: str
) -> None:
    with pytest.raises(UsageError) as wrong:
        told(monkeypatch, tmp_path / "qa.toml", written)

    assert str(wrong.value).startswith(str(tmp_path / "qa.toml"))
    assert words in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("QA_THREADS", "many", id="a word for a number"),
        pytest.param("QA_LANG", "fr", id="no such language"),
        pytest.param("QA_VOCABULARY", "晨光", id="a list is JSON"),
        pytest.param("QA_LINE_CER", '{"sales": 3}', id="not a share"),
        pytest.param("QA_OFFLINE", "perhaps", id="neither yes nor no"),
        pytest.param("QA_TIMEZONE", "", id="no zone"),
    ],
)
def test_the_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(UsageError) as wrong:
        read_settings()

    assert (wrong.value.code, wrong.value.where) == ("settings_invalid", name)


@pytest.mark.parametrize(
    ("name", "like"),
    [
        pytest.param("QA_DATABASE_ULR", "QA_DATABASE_URL", id="would start another database"),
        pytest.param("QA_DATADIR", "QA_DATA_DIR", id="a stroke too few"),
        pytest.param("QA_MODLE", "QA_MODEL", id="two letters changed places"),
    ],
)
def test_a_slip_in_a_name_is_no_setting_that_silently_does_not_count(
    monkeypatch: pytest.MonkeyPatch, name: str, like: str
) -> None:
    monkeypatch.setenv(name, "anything")

    with pytest.raises(UsageError) as wrong:
        read_settings()

    assert (wrong.value.code, wrong.value.where, wrong.value.values["like"]) == (
        "settings_misspelt",
        name,
        like,
    )


@pytest.mark.parametrize("name", ["QA_DB_PASSWORD", "QA_STORE_PASSWORD", "QA_TEAM", "QA", "MY_QA_MODLE"])
def test_variables_of_other_programs_are_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "anything")

    assert read_settings().model == "whisper-base"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["not there", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "qa.toml"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("QA_SETTINGS", str(file))

    with pytest.raises(UsageError) as wrong:
        read_settings()

    assert (wrong.value.code, wrong.value.where) == ("settings_unreadable", str(file))


@pytest.mark.parametrize(
    "command", [["analyze", "a.wav"], ["models", "list"], ["rulebook", "show", "service-zh"]]
)
def test_every_command_says_it_in_one_line(cli: Cli, command: list[str]) -> None:
    run = cli(*command, env={"QA_THREADS": "many"})

    assert (run.code, run.out) == (2, "")
    assert "QA_THREADS" in run.err
    assert len(run.err.strip().splitlines()) == 1


def test_a_file_of_settings_counts(cli: Cli, tmp_path: Path) -> None:
    settings = tmp_path / "qa.toml"
    settings.write_text('lang = "en"\ntimezone = "Europe/London"\n', "utf-8")
    given = transcript(tmp_path / "a.json", envelope={"started_at": "2026-01-02T03:04:05"})

    run = cli("analyze", "--transcript", given, "--format", "json", env={"QA_SETTINGS": str(settings)})

    assert run.document["lang"] == "en"
    assert run.document["call"]["started_at"] == "2026-01-02T03:04:05+00:00"


def test_the_process_says_it_without_a_traceback(tmp_path: Path) -> None:
    run = outside("models", "list", env={"QA_SETTINGS": str(tmp_path / "gone.toml")}, data=tmp_path)

    assert run.code == 2
    assert "gone.toml" in run.err
    assert "Traceback" not in run.err
