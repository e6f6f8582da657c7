"""Recordings that come as two files, one party each, become one: a ZIP of both, which the service takes as legs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from qa_service.core.errors import UsageError
from qa_service.usecases.leg_pack import pack


@dataclass(frozen=True, slots=True)
class Legs:
    """How the names of both files end, before their ending: `-in` and `-out`."""

    first: str
    second: str

    @classmethod
    def of(cls, written: str) -> Legs:
        """Reads `-in,-out`.

        Raises:
            UsageError: `leg_names`.
        """
        parts = [part.strip() for part in written.split(",")]
        if len(parts) != 2 or not all(parts) or parts[0] == parts[1]:
            raise UsageError(
                "leg_names",
                where="--legs",
                problem="says how the two names end, with a comma between",
                fix="Write for example --legs=-in,-out for 0001-in.wav and 0001-out.wav",
            )
        return cls(parts[0], parts[1])

    def pairs(self, files: Sequence[Path]) -> list[tuple[Path, Path]]:
        """The files, two by two.

        Raises:
            UsageError: `leg_alone`: one has no other; nothing is sent then.
        """
        firsts, seconds = self._named(files, self.first), self._named(files, self.second)
        both = firsts.keys() & seconds.keys()
        alone = sorted(set(files) - {firsts[base] for base in both} - {seconds[base] for base in both})
        if alone:
            raise UsageError(
                "leg_alone",
                where=str(alone[0]),
                problem="has no other leg",
                fix="Check the names, or upload it without --legs",
                count=len(alone),
            )
        return [(firsts[base], seconds[base]) for base in sorted(firsts)]

    def joined(self, pair: tuple[Path, Path], folder: Path) -> Path:
        """Both in one file in the folder, named as they are without what tells them apart."""
        made = folder / self.name(pair)
        with ExitStack() as stack:
            legs = [(leg.suffix, stack.enter_context(leg.open("rb"))) for leg in pair]
            pack(legs, stack.enter_context(made.open("wb")))
        return made

    def name(self, pair: tuple[Path, Path]) -> str:
        """What both together are called."""
        return f"{pair[0].stem.removesuffix(self.first)}.zip"

    def _named(self, files: Sequence[Path], ending: str) -> dict[Path, Path]:
        """By what both have in common."""
        return {
            file.with_name(file.stem.removesuffix(ending)): file
            for file in files
            if file.stem.endswith(ending) and file.stem != ending
        }
