"""All settings in one frozen class: `QA_*` variables over a TOML file over defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Where things are and how the service behaves. Only bootstrap reads this."""

    model_config = SettingsConfigDict(env_prefix="QA_", frozen=True, extra="forbid", toml_file=None)

    #: Everything the service writes.
    data_dir: Path = Path("~/.local/share/qa-service").expanduser()
    #: Model files; `models` under data_dir when empty.
    models_dir: Path | None = None
    #: Language of sentences for people.
    lang: Literal["zh_CN", "zh_TW", "en"] = "zh_CN"
    #: Zone of recordings whose source names none.
    timezone: str = "Asia/Shanghai"
    #: Never ask the network for models.
    offline: bool = False
    #: Address of the model hub.
    hub_url: str = "https://huggingface.co"
    #: Recognition model: a name in models/manifest.toml or the folder of a CTranslate2 model.
    model: str = "whisper-base"
    effort: Literal["accurate", "fast"] = "accurate"
    #: Threads of the recogniser; 0 = all cores.
    threads: int = Field(default=0, ge=0, le=256)
    #: Hot words of the installation.
    vocabulary: tuple[str, ...] = ()
    #: Measured character error rate per line (`[line_cer]` in the TOML file), from `qa-service eval`.
    line_cer: dict[str, float] = Field(default_factory=dict)
    #: The line of calls whose envelope names none.
    default_line: str = ""
    #: Above this error rate people decide about findings against agents.
    max_cer: float = Field(default=0.20, ge=0, le=1)
    #: TOML file with source profiles of this installation (docs/audio.md).
    profiles_file: Path | None = None
    #: Longest recording, in hours, and largest file, in MiB.
    max_hours: float = Field(default=4.0, gt=0, le=24)
    max_megabytes: int = Field(default=1024, gt=0)
    rulebook: str = "service-zh"
    #: From which level on events are logged, on stderr.
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @field_validator("data_dir", "models_dir")
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value else value

    @property
    def models(self) -> Path:
        """Where model files are kept."""
        return self.models_dir or self.data_dir / "models"

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
    """The settings of this process; `QA_SETTINGS` names the TOML file."""
    toml_file = os.environ.get("QA_SETTINGS")
    if not toml_file:
        return Settings()

    path = Path(toml_file)

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    return FromFile()
