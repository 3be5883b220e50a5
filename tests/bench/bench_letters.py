"""How long a warm letter takes, and whether memory stays flat over a thousand of them.

The bound is 50 ms a letter on one core with cut faces (manage.py prepare_fonts), measured on an otherwise idle machine.
"""

import os
import statistics
import time
from pathlib import Path

import django

WARM_UP, TIMED, TOTAL = 10, 200, 1000
BOUND_MS = 50
# Pages that the allocator keeps may move a little; a leak of one FontConfiguration a letter is 700 MB.
FLAT_MB = 15


def resident_mb() -> float:
    """Resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Print CPU and wall time per warm letter, and resident memory after 50 and after 1,000 letters."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from casework.documents.pdf import render_letter
    from tests.documents.letter_samples import SAMPLES

    codes = sorted(set(SAMPLES) - {"filing_receipt"})
    variables = {code: {**SAMPLES[code]} for code in codes}
    cpu: dict[str, list[float]] = {code: [] for code in codes}
    wall: list[float] = []
    memory: dict[int, float] = {}
    for index in range(TOTAL):
        code = codes[index % len(codes)]
        # A number of its own for each letter, as in life: no cache of the whole can help.
        variables[code]["number"] = f"苏工信函〔2026〕{index + 1}号"
        start, start_cpu = time.perf_counter(), time.process_time()
        render_letter(code, 1, variables[code])
        if WARM_UP <= index < WARM_UP + TIMED:
            wall.append((time.perf_counter() - start) * 1000)
            cpu[code].append((time.process_time() - start_cpu) * 1000)
        if index + 1 in (50, TOTAL):
            memory[index + 1] = resident_mb()
    every = [value for values in cpu.values() for value in values]
    for code, values in cpu.items():
        print(f"{code:20} median {statistics.median(values):5.1f} ms of one core")
    median = statistics.median(every)
    print(
        f"letters: median {median:.1f} ms of one core (bound {BOUND_MS}), {statistics.median(wall):.1f} ms by the clock"
    )
    print(f"memory: {memory[50]:.0f} MB after 50, {memory[TOTAL]:.0f} MB after {TOTAL} (at most {FLAT_MB} more)")
    if memory[TOTAL] - memory[50] > FLAT_MB:
        raise SystemExit("Memory grows with the number of letters.")
    if median > BOUND_MS:
        print(f"OVER THE BOUND: the median letter takes more than {BOUND_MS} ms on this machine.")


if __name__ == "__main__":
    main()
