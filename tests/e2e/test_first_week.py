"""What docs/first-week.md tells a centre to type, typed against a real service, day by day."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.e2e.serving import PATIENCE_S, Serving, serving
from tests.moving.sca_files import FILES

ROOT = Path(__file__).parents[2]
_GUIDE = ROOT / "docs" / "first-week.md"


def _commands(served: Serving) -> str:
    """Every block of the guide in one shell, as somebody has it open all week."""
    blocks: list[str] = re.findall(r"^```sh\n(.*?)^```", _GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    script = "\n".join(blocks)
    for written, meant in {
        "http://127.0.0.1:8080": served.url,
        ".venv/bin/qa-service": f"'{sys.executable}' -m qa_service",
        "python3 ": f"'{sys.executable}' ",
    }.items():
        assert written in script
        script = script.replace(written, meant)
    return script


def _typed(served: Serving, folder: Path) -> subprocess.CompletedProcess[str]:
    for file in FILES.iterdir():
        shutil.copy(file, folder / file.name)
    results = json.loads((folder / "results.json").read_text("utf-8"))
    rows = results["Data"]["ResultInfo"]
    del rows[2]  # the one without words: its exit status is another test's
    # As many calls as people must look at before a rule rises.
    rows += [rows[0] | {"Recording": {"Id": f"more-{n}"}} for n in range(30)]
    (folder / "results.json").write_text(json.dumps(results), "utf-8")
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", _commands(served)],
        cwd=folder,
        env={**served.env, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("openssl") is None, reason="no curl, no openssl"
)
def test_five_days_as_they_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "week"
    folder.mkdir()
    with serving(tmp_path) as served:
        done = _typed(served, folder)
        with served.program("calls:read") as client:
            brought = _evaluations(client, "call-1") if done.returncode == 0 else []
            alerted = client.get("/api/v1/alerts").json()["alerts"]

    assert done.returncode == 0, done.stdout + done.stderr
    assert "没有译" in done.stdout, "day 1: the report"
    assert "只有我们命中「承诺收益 sca/sca-103」" in done.stdout, "day 2: the comparison"
    assert json.loads((folder / "parity.json").read_text("utf-8"))["schema"] == "qa-service/parity@1"
    assert "~ rules.sca-104" in done.stdout, "day 3: the difference"
    assert "sca-scheme-7" in done.stdout, "day 4: the table in force"
    assert {"imported:sca:machine", "imported:sca:people"} <= {row["rulebook_name"] for row in brought}
    assert alerted == [], "day 4: old calls alert nobody"
    assert len((folder / "复核过.txt").read_text("utf-8").splitlines()) >= 30, "day 4: verdicts"
    assert "90% 一列" in done.stdout, "day 4: the centre's own figures"
    assert "还不够" in done.stdout, "day 5: nothing rises unproven"
    assert "stages_unproven" in done.stderr, "day 5: why it does not"
    assert "sca/sca-101" in done.stderr
    assert done.stdout.rstrip().endswith("得分 85.0"), "day 5: the rule that rose costs points in the scheme"


def _evaluations(client: httpx.Client, name: str) -> list[dict[str, object]]:
    (call,) = client.get("/api/v1/calls", params={"external_id": name}).json()["calls"]
    found: list[dict[str, object]] = client.get(f"/api/v1/calls/{call['id']}/evaluations").json()[
        "evaluations"
    ]
    return found
