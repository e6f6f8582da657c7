"""All settings in one frozen class: `QA_*` variables over a TOML file over defaults."""

from __future__ import annotations

import os
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from qa_service.core.errors import UsageError

Lang = Literal["zh_CN", "zh_TW", "en"]
#: Names that agree this far (difflib) are one name with a slip in it; others may be another program's.
_SLIP = 0.87


class Settings(BaseSettings):
    """Where things are and how the service behaves. Only bootstrap reads this."""

    model_config = SettingsConfigDict(env_prefix="QA_", frozen=True, extra="forbid", toml_file=None)

    #: Everything the service writes.
    data_dir: Path = Path("~/.local/share/qa-service").expanduser()
    #: Model files; `models` under data_dir when empty.
    models_dir: Path | None = None
    #: Language of sentences for people.
    lang: Lang = "zh_CN"
    #: Zone of recordings whose source names none.
    timezone: str = "Asia/Shanghai"
    #: Never ask the network for models.
    offline: bool = False
    #: Address of the model hub.
    hub_url: str = "https://huggingface.co"
    #: Recognition model: a name in models/manifest.toml or the folder of a CTranslate2 model.
    model: str = "whisper-base"
    #: Encoder of sentences, a name in models/manifest.toml; empty: meanings are not measured (docs/rulebook.md#means).
    meaning_model: str = ""
    effort: Literal["accurate", "fast"] = "accurate"
    #: Where the recogniser computes: processor, or an NVIDIA card (docs/operations.md#gpu).
    device: Literal["cpu", "cuda"] = "cpu"
    #: Threads of the recogniser; 0 = all cores.
    threads: int = Field(default=0, ge=0, le=256)
    #: Processes of a node that judge stored calls again; 0 = half of the cores.
    rescore_processes: int = Field(default=0, ge=0, le=256)
    #: Hot words of the installation.
    vocabulary: tuple[str, ...] = ()
    #: Measured character error rate per line (`[line_cer]` in the TOML file), from `qa-service eval`.
    line_cer: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    #: The line of calls whose envelope names none.
    default_line: str = ""
    #: Above this error rate people decide about findings against agents.
    max_cer: float = Field(default=0.20, ge=0, le=1)
    #: TOML file with source profiles of this installation (docs/audio.md).
    profiles_file: Path | None = None
    #: Key that turns customers' numbers into tokens; made when first needed. Beside data_dir when empty; none where
    #: several machines may share a database: each would make its own, and one customer would be several.
    customer_key_file: Path | None = None
    #: Longest recording, in hours, and largest file, in MiB.
    max_hours: float = Field(default=4.0, gt=0, le=24)
    max_megabytes: int = Field(default=1024, gt=0)
    #: Less free room than this, in MiB, is told before it is used up; on small disks, 15 % of the disk.
    min_free_megabytes: int = Field(default=2048, ge=0)
    rulebook: str = "service-zh"
    #: Who wrote a rulebook or a routing table may also put it in force.
    own_approval: bool = False
    #: Where calls, work and results are kept; SQLite under data_dir when empty.
    database_url: str = ""
    #: Where sealed recordings are kept; a folder under data_dir when empty.
    store_url: str = ""
    #: Seals the keys of all recordings. Beside data_dir when empty, never inside it: a copy of the data
    #: alone must open nothing.
    master_key_file: Path | None = None
    #: Where `serve` listens. Anything but loopback belongs behind TLS.
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535)
    #: Signing in through OpenID Connect (docs/people.md): the provider, this installation's name and secret
    #: there, and the claim that holds the name of one of our users. Off where empty.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    oidc_name_claim: str = "preferred_username"
    #: What one user or program may ask of one `serve` process in a minute.
    requests_per_minute: int = Field(default=3_000, ge=60)
    #: Where people reach this installation, for links in messages; none where empty (docs/webhooks.md).
    base_url: str = ""
    #: Places that are not public and may be called all the same: host:port or network:port (docs/webhooks.md).
    allowed_addresses: tuple[str, ...] = ()
    #: Folders of this machine that sources of recordings may lie in; `inbox` under data_dir when empty.
    source_folders: tuple[Path, ...] = ()
    #: Collector of traces (OTLP/HTTP); no traces where empty (docs/operations.md).
    otlp_endpoint: str = ""
    #: From which level on events are logged, on stderr.
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @field_validator(
        "data_dir",
        "models_dir",
        "profiles_file",
        "master_key_file",
        "customer_key_file",
        "oidc_client_secret_file",
    )
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not a time zone such as Asia/Shanghai") from error
        return value

    @field_validator("base_url", "otlp_endpoint")
    @classmethod
    def _plain_url(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s\"'<>()\[\]?#@]+", value):
            raise ValueError(f"{value!r} is not an address such as https://qa.example.com")
        return value

    @property
    def models(self) -> Path:
        """Where model files are kept."""
        return self.models_dir or self.data_dir / "models"

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'qa.db'}"

    @property
    def store(self) -> str:
        """The address of the object store."""
        return self.store_url or (self.data_dir / "sound").absolute().as_uri()

    @property
    def master_key(self) -> Path:
        """The file of the master key."""
        return self.master_key_file or self.data_dir.with_name(self.data_dir.name + ".key")

    @property
    def customer_key(self) -> Path | None:
        """The file of the key of customers' numbers; None: numbers are refused."""
        if self.customer_key_file or not self.database.startswith("sqlite"):
            return self.customer_key_file
        return self.data_dir.with_name(self.data_dir.name + ".customer.key")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def read_settings() -> Settings:
    """The settings of this process; `QA_SETTINGS` names the TOML file.

    Raises:
        UsageError: `settings_invalid`, `settings_misspelt` or `settings_unreadable`, naming the variable, or
            the file and the key.
    """
    _check_spelling()
    told = os.environ.get("QA_SETTINGS")
    path = Path(told).expanduser() if told else None
    if path:
        _check_readable(path)

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    try:
        return FromFile()
    except ValidationError as error:
        first = error.errors()[0]
        known = first["type"] != "extra_forbidden"
        problem = first["msg"].removeprefix("Value error, ") if known else "is not a setting of qa-service"
        raise _invalid(first["loc"], problem, path) from error
    except SettingsError as error:
        # A list or a table in a variable is written as JSON; pydantic names the field in quotes.
        field = str(error).partition('"')[2].partition('"')[0]
        raise _invalid((field,), "is not JSON", path) from error


def language() -> Lang:
    """The language to complain in while the settings cannot be read."""
    told = os.environ.get("QA_LANG")
    return next((lang for lang in get_args(Lang) if lang == told), "zh_CN")


def _check_spelling() -> None:
    """A slip in a name would be a setting that silently does not count: QA_DATABASE_ULR starts another database."""
    known = {f"QA_{name.upper()}" for name in (*Settings.model_fields, "settings")}
    for name in sorted(os.environ):
        if not name.startswith("QA_") or name in known:
            continue
        if like := get_close_matches(name, known, n=1, cutoff=_SLIP):
            raise UsageError(
                "settings_misspelt", where=name, problem="is no setting", fix=f"Write {like[0]}", like=like[0]
            )


def _check_readable(path: Path) -> None:
    try:
        tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)
        raise UsageError(
            "settings_unreadable",
            where=str(path),
            problem=f"the settings cannot be read: {problem}",
            fix="QA_SETTINGS names a TOML file in UTF-8",
            reason=problem,
        ) from error


def _invalid(place: tuple[int | str, ...], problem: str, path: Path | None) -> UsageError:
    """Says whose setting it is: the variable's, which wins, or the file's."""
    key = ".".join(map(str, place))
    variable = f"QA_{str(place[0]).upper()}" if place else ""
    where = variable if variable in os.environ or path is None else f"{path}: {key}"
    return UsageError(
        "settings_invalid",
        where=where,
        problem=problem,
        fix="See docs/configuration.md for the settings and their values",
        reason=problem,
    )
