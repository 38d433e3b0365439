"""How long `make ask` takes when all is installed and indexed, beside `import chromadb`.

python -m eval.benchmarks.startup: five alternating runs of each, medians, and whether the first stays
within 1.5 times the second plus one second.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RUNS = 5


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    ask = ["make", "ask"]
    importing = [sys.executable, "-c", "import chromadb"]
    _seconds(ask), _seconds(importing)
    pairs = [(_seconds(ask), _seconds(importing)) for _ in range(RUNS)]
    asked, imported = (statistics.median(column) for column in zip(*pairs, strict=True))
    allowed = 1.5 * imported + 1
    print(f"make ask {asked:.2f} s, import chromadb {imported:.2f} s (medians of {RUNS})")
    print(f"allowed 1.5 × {imported:.2f} + 1 = {allowed:.2f} s: {'kept' if asked <= allowed else 'missed'}")


if __name__ == "__main__":
    main()
