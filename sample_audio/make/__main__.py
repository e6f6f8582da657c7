"""`python -m sample_audio.make [CALL …]` writes the audio and the truth of the calls named, or of all."""

from __future__ import annotations

import argparse
from pathlib import Path

from .encode import write
from .envelope import envelope_of
from .fetch import fetch
from .script import read_script
from .stage import Stage
from .truth import as_yaml, truth_of
from .voices import Kokoro

_HERE = Path(__file__).parent
_CACHE = Path.home() / ".cache" / "qa-service-sample-audio"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sample_audio.make", description=__doc__)
    parser.add_argument("calls", nargs="*", metavar="CALL", help="names of scripts; none means all")
    parser.add_argument("--cache", type=Path, default=_CACHE, help="where the voice model is kept")
    parser.add_argument("--out", type=Path, default=_HERE.parent, help="folder for audio and truth files")
    given = parser.parse_args()

    scripts = sorted((_HERE / "scripts").glob("*.yaml"))
    unknown = set(given.calls) - {path.stem for path in scripts}
    if unknown:
        parser.error(f"no script for {', '.join(sorted(unknown))}; see {_HERE.name}/scripts")
    fetch(given.cache)
    voice = Kokoro(given.cache)
    for path in scripts:
        if not given.calls or path.stem in given.calls:
            print(_make(path, voice, given.out))


def _make(path: Path, voice: Kokoro, out: Path) -> str:
    script = read_script(path)
    stage = Stage(script, voice)
    audio = out / script.format.file
    write(audio, stage.mix(), script.format)
    (out / f"{script.call}.truth.yaml").write_text(as_yaml(truth_of(stage)), "utf-8")
    if script.envelope:
        (out / f"{script.call}.envelope.yaml").write_text(envelope_of(stage), "utf-8")
    return f"{audio.name}: {stage.end_ms / 1000:.1f} s, {audio.stat().st_size / 1e6:.2f} MB"


if __name__ == "__main__":
    main()
