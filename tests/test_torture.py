"""Whatever happens while the index is written, nothing that was said to be done is lost, and nothing is half.

In short here, at length by `make torture`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TORTURE = Path(__file__).parent / "torture"
LONG = pytest.mark.torture


def _driven(tmp_path: Path, *arguments: object, **environment: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, str(TORTURE / "driver.py"), *map(str, arguments), str(tmp_path / "home")],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment},
        timeout=3000,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("each", [1, pytest.param(10, marks=LONG)])
def test_a_kill_at_any_moment_of_writing_loses_nothing(tmp_path: Path, each: int) -> None:
    found = _driven(tmp_path, "kills", each, each)
    print(found)
    assert found["wrong"] == []
    assert set(found["at"].values()) == {each}


@pytest.mark.parametrize("step", [60, pytest.param(1, marks=LONG)])
def test_a_write_that_fails_leaves_the_index_as_it_was(tmp_path: Path, step: int) -> None:
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("no C compiler on this machine, or no Linux")
    shim = tmp_path / "failing_writes.so"
    command = [compiler, "-shared", "-fPIC", "-o", shim, TORTURE / "failing_writes.c", "-ldl"]
    subprocess.run(command, check=True)
    below = {"LD_PRELOAD": str(shim), "ONRECORD_FAIL_BELOW": str(tmp_path / "home" / "state")}
    found = _driven(tmp_path, "writes", step, **below)
    print(found)
    assert found["wrong"] == []
    # At the end nothing happens any more, and a write after publishing may fail without harm.
    assert found["unharmed"] >= 1
    assert found["trials"] > 3
