"""`make bench`: runs each tests/bench/bench_*.py in a process of its own, so that none warms or bloats another.

Each has a `main()` that prints one row per measurement: what, value with unit, bound. A bound that is missed raises.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main(words: list[str]) -> int:
    """Run the benches whose name holds one of `words` (all without words); 1 when one failed."""
    names = sorted(path.stem for path in FOLDER.glob("bench_*.py"))
    failed = []
    for name in names:
        if words and not any(word in name for word in words):
            continue
        print(f"--- {name}", flush=True)
        code = f"from tests.bench import {name} as bench; bench.main()"
        if subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parent.parent).returncode:
            failed.append(name)
    print(f"{len(names)} benches, failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
