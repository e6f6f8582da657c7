"""Every module of the store can be the first that is imported: processes that start differently find no circle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

STORES = Path(__file__).parents[2] / "qa_service" / "stores"


def test_no_module_of_the_store_needs_another_to_be_imported_first() -> None:
    names = sorted(
        f"qa_service.stores.{path.stem}" for path in STORES.glob("*.py") if path.stem != "__init__"
    )
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    for known in [one for one in sys.modules if one.startswith('qa_service')]:\n"
        "        del sys.modules[known]\n"
        "    importlib.import_module(name)\n"
    )

    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, check=False)

    assert len(names) > 40
    assert (done.returncode, done.stderr) == (0, "")
