"""Source profiles: how to read what comes from one recorder; built-in ones, and those of a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Final

from qa_service.audio.formats import MAX_CHANNELS, RAW_DEMUXERS
from qa_service.core.errors import UsageError
from qa_service.ports import SourceProfile

#: Profiles for the headerless files that telephone systems write most.
BUILT_IN: Final[Mapping[str, SourceProfile]] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            SourceProfile("default"),
            SourceProfile("vox-8k", raw_codec="adpcm_ima_oki"),
            SourceProfile("vox-6k", raw_codec="adpcm_ima_oki", raw_rate=6_000),
            SourceProfile("alaw-8k", raw_codec="pcm_alaw"),
            SourceProfile("ulaw-8k", raw_codec="pcm_mulaw"),
            SourceProfile("s16-8k", raw_codec="pcm_s16le"),
            SourceProfile("s16-16k", raw_codec="pcm_s16le", raw_rate=16_000),
            SourceProfile("s16-8k-stereo", raw_codec="pcm_s16le", raw_channels=2),
        )
    }
)

_KEYS = {field.name: field.type for field in fields(SourceProfile) if field.name != "name"}
_MAX_RATE = 192_000
#: These are four-bit or one-channel by nature.
_MONO_ONLY = frozenset({"adpcm_ima_oki", "g722", "g726", "g726le"})


def load_profiles(path: Path | None = None) -> Mapping[str, SourceProfile]:
    """The built-in profiles and those of a TOML file, one table each; a table may replace a built-in one.

    ```toml
    [recorder-7]
    raw_codec = "pcm_alaw"
    raw_rate = 8000
    raw_channels = 2
    ```

    Raises:
        UsageError: `profile_invalid`, naming the file, the table and the key.
    """
    if path is None:
        return BUILT_IN
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _invalid(path.name, f"cannot be read ({error})", "Write one TOML table per source") from error
    own = {name: _profile(f"{path.name}: {name}", name, table) for name, table in told.items()}
    return MappingProxyType({**BUILT_IN, **own})


def named(name: str, profiles: Mapping[str, SourceProfile] = BUILT_IN) -> SourceProfile:
    """The profile of that name.

    Raises:
        UsageError: `profile_unknown`, listing those that exist.
    """
    if name not in profiles:
        raise UsageError(
            "profile_unknown",
            problem=f"there is no source profile '{name}'",
            fix=f"Choose one of: {', '.join(sorted(profiles))}",
            name=name,
            profiles=", ".join(sorted(profiles)),
        )
    return profiles[name]


def check(profile: SourceProfile, where: str = "") -> None:
    """Refuses a profile that no headerless file can be read by.

    Raises:
        UsageError: `profile_invalid`.
    """
    where = where or profile.name
    if profile.raw_codec and profile.raw_codec not in RAW_DEMUXERS:
        known = ", ".join(RAW_DEMUXERS)
        raise _invalid(where, f"{profile.raw_codec!r} is not a known codec", f"Known: {known}")
    most = 1 if profile.raw_codec in _MONO_ONLY else MAX_CHANNELS
    if not 1 <= profile.raw_channels <= most:
        raise _invalid(where, f"{profile.raw_channels} channels cannot be read", f"At most {most}")
    if not 1 <= profile.raw_rate <= _MAX_RATE:
        raise _invalid(where, f"a rate of {profile.raw_rate} Hz is not one", "8000 is usual on telephones")


def _profile(where: str, name: str, table: object) -> SourceProfile:
    if not isinstance(table, dict):
        raise _invalid(where, "is not a table", f"Write [{name}] and its keys below")
    for key, value in table.items():
        _check_key(f"{where}.{key}", key, value)
    profile = SourceProfile(**{"name": name, **table})
    check(profile, where)
    return profile


def _check_key(where: str, key: str, value: object) -> None:
    if key not in _KEYS:
        raise _invalid(where, "is not a setting of a source profile", f"Known: {', '.join(_KEYS)}")
    if key == "raw_codec":
        if not isinstance(value, str):
            raise _invalid(where, f"{value!r} is not a known codec", f"Known: {', '.join(RAW_DEMUXERS)}")
        return
    number = (int, float) if _KEYS[key] == "float" else int
    if isinstance(value, bool) or not isinstance(value, number) or value <= 0:
        raise _invalid(where, f"{value!r} is not a number above zero", "Write a number without quotes")


def _invalid(where: str, problem: str, fix: str) -> UsageError:
    return UsageError("profile_invalid", where=where, problem=problem, fix=fix, detail=problem)
