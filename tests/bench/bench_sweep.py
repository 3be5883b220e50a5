"""The sweep of deadlines: how many a second, in how much memory, and what it costs when nothing is due.

In a database of its own, filled by SQL and dropped afterwards. Beside it two ways of doing the same by bare SQL, as a
measure of what the machine can do: in batches of 1,000, and one transaction for each deadline.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
from django.db import connection, transaction
from django.db.models import Model

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from casework.cases import sweep  # noqa: E402
from casework.cases.actors import Actor  # noqa: E402
from casework.cases.models import Case, OutboxMessage  # noqa: E402
from casework.cases.outbox import without_wake  # noqa: E402
from casework.cases.sweep import sweep_deadlines  # noqa: E402
from casework.cases.terms import load_all_terms  # noqa: E402
from casework.cases.timeline import NewEvent, events_record, verify_chains  # noqa: E402
from casework.cases.verbs import Verb  # noqa: E402
from casework.celery import app  # noqa: E402
from casework.clocks.models import DeadlineMark  # noqa: E402
from casework.clocks.reference import load_reference  # noqa: E402
from casework.parties.models import Role  # noqa: E402
from complaints.models import ArrearsComplaint  # noqa: E402
from tests.factories import department, file_complaint, member  # noqa: E402

DUE, REPEATS, BATCH = 10_000, 3, 1_000
BOUND_PER_SECOND, BOUND_MB = 4_000, 120
FEW, MANY, IDLE_SWEEPS = 1_000, 1_000_000, 200
# "The same cost": no more than a busy machine makes of two equal medians.
BOUND_IDLE_RATIO = 1.5
CODES = ["arrears.review", "arrears.correction", "arrears.transfer", "arrears.handling"]
DEPARTMENTS, MEMBERS, EVENTS_BEFORE = 20, 5, 4
TODAY, DAY = date(2026, 3, 2), timedelta(days=1)

_DEADLINES = """
    INSERT INTO clocks_deadline (case_id, code, period_id, division, started_on, raw_due, due, provisional, status,
                                 next_mark_on, created_at, updated_at)
    SELECT case_id, code, (SELECT min(id) FROM clocks_statutoryperiod p WHERE p.code = new.code AND p.division = ''),
        '', started_on, due, due, false, 'running', next_mark_on, now(), now()
    FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::date[], %s::date[])
        AS new(case_id, code, started_on, due, next_mark_on)
"""
_IDLE_DEADLINES = """
    INSERT INTO clocks_deadline (case_id, code, period_id, division, started_on, raw_due, due, provisional, status,
                                 next_mark_on, created_at, updated_at)
    SELECT 1000 + n %% {cases}, 'bench-' || n / {cases}, (SELECT min(id) FROM clocks_statutoryperiod), '', day,
        day + 30, day + 30, false, 'running', day + 1 + (n %% 30)::int, now(), now()
    FROM generate_series(%s::bigint, %s::bigint) n, (SELECT %s::date AS day)
"""
# What the sweep does, without Django, in the fewest statements: mark, state, event, message.
_BARE = """
    WITH claimed AS MATERIALIZED (
        SELECT d.id, d.case_id, d.due, d.code, c.handling_department_id AS department
        FROM clocks_deadline d JOIN cases_case c ON c.id = d.case_id
        WHERE d.next_mark_on <= %(today)s ORDER BY d.next_mark_on, d.id LIMIT %(batch)s
        FOR UPDATE OF d, c SKIP LOCKED
    ), marks AS (
        INSERT INTO clocks_deadlinemark (deadline_id, kind, due, marked_at)
        SELECT id, 'breached', due, now() FROM claimed ON CONFLICT DO NOTHING RETURNING id, deadline_id
    ), moved AS (
        UPDATE clocks_deadline d SET status = 'breached', next_mark_on = NULL FROM claimed WHERE d.id = claimed.id
    ), events AS (
        INSERT INTO cases_timelineevent (case_id, seq, verb, actor_kind, actor_label, payload, at, previous_hash, hash)
        SELECT claimed.case_id, last.seq + 1, 'deadline_breached', 'system', '',
            jsonb_build_object('code', code, 'due', due), now(), last.hash,
            encode(sha256(convert_to(last.hash || code || due, 'UTF8')), 'hex')
        FROM claimed CROSS JOIN LATERAL (
            SELECT seq, hash FROM cases_timelineevent e WHERE e.case_id = claimed.case_id ORDER BY seq DESC LIMIT 1
        ) AS last
    ), messages AS (
        INSERT INTO cases_outboxmessage (key, channel, lane, case_id, payload, status, attempts, next_attempt_at,
                                         last_error, created_at)
        SELECT 'inbox-mark-' || marks.id, 'inbox', 'default', claimed.case_id,
            jsonb_build_object('users', members.ids, 'verb', 'deadline_breached', 'due', due), 'pending', 0, now(), '',
            now()
        FROM marks JOIN claimed ON claimed.id = marks.deadline_id JOIN LATERAL (
            SELECT array_agg(user_id) AS ids FROM parties_membership WHERE department_id = claimed.department
        ) AS members ON true
    )
    SELECT count(*) FROM claimed
"""


def main() -> None:
    """Print a row for each measurement; raise when one is over its bound."""
    with own_database() as name:
        faults = [*measure_due(name), *measure_idle()]
    if faults:
        raise AssertionError(f"The sweep is over its bounds: {'; '.join(faults)}.")


@contextmanager
def own_database() -> Iterator[str]:
    """An empty database with all tables and the law's data, dropped in the end."""

    kept = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_sweep_{os.getpid()}"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        prepare()
        yield name
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def prepare() -> None:
    """Departments with people, and one complaint from which all others are copied."""
    load_reference()
    load_all_terms()
    for _ in range(DEPARTMENTS):
        own = department(receiving=True, handling=True)
        for _ in range(MEMBERS):
            member(Role.HANDLING_CASEWORKER, own)
    with without_wake():
        file_complaint()
    execute("DELETE FROM clocks_deadline")
    # Filling a trigram index takes longer than everything else here, and no sweep reads or changes it.
    execute("DROP INDEX case_words")


def measure_due(name: str) -> list[str]:
    """10,000 due deadlines of as many cases, by our sweep in a fresh process and by bare SQL.

    The best of some runs: whatever else the machine does only slows one down.
    """
    ours, first = [], 1_000
    for _ in range(REPEATS):
        add_due_cases(first)
        ours.append(swept_apart(name))
        first += DUE
    check_result()
    per_second, memory = max(row["per_second"] for row in ours), max(row["peak_mb"] for row in ours)
    print(
        f"sweep, batches of {sweep.BATCH}, all or nothing       {per_second:>9,.0f} a second   >= {BOUND_PER_SECOND:,}"
    )
    print(f"sweep, most memory of the process           {memory:>9,.0f} MB         <= {BOUND_MB}")
    for batch, what in ((BATCH, "bare SQL, batches of 1,000"), (1, "bare SQL, a transaction for each")):
        add_due_cases(first)
        first += DUE
        print(f"{what:<43} {bare_sweep(batch):>9,.0f} a second")
    faults = [f"{per_second:.0f} deadlines a second"] if per_second < BOUND_PER_SECOND else []
    return faults + ([f"{memory:.0f} MB"] if memory > BOUND_MB else [])


def add_due_cases(first: int) -> None:
    """Cases with a history of some events and one due deadline each: half missed yesterday, half near."""
    ids = range(first, first + DUE)
    at = "(SELECT (array_agg(id ORDER BY id))[1 + {} %% count(*)] FROM parties_department)"
    own = {"id": "n", "reference": "'BENCH-' || n", "idempotency_key": "'bench-' || n"}
    places = {"receiving_department_id": at.format("n"), "handling_department_id": at.format("(n + 7)")}
    copy_rows(Case, ids, {**own, **places})
    copy_rows(ArrearsComplaint, ids, {"case_ptr_id": "n"})
    for part in range(0, DUE, BATCH):
        cases = [Case(pk=pk) for pk in ids[part : part + BATCH]]
        with transaction.atomic():
            events_record([NewEvent(case, Verb.SUBMITTED, Actor.system()) for case in cases] * EVENTS_BEFORE)
    # One mark each: the earlier warnings lie before the start.
    started, due = TODAY - 2 * DAY, [TODAY - DAY, TODAY + 3 * DAY]
    add_deadlines([(pk, CODES[pk % 4], started, due[pk // 4 % 2], TODAY) for pk in ids])
    execute("ANALYZE")


def copy_rows(model: type[Model], ids: range, own: dict[str, str]) -> None:
    """Copy the first row for each number n in `ids`, with SQL of its own for some columns."""
    columns = [column for field in model._meta.local_fields if (column := field.column)]
    values = ", ".join(own.get(column, f"source.{column}") for column in columns)
    table, key = model._meta.db_table, columns[0]
    execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM generate_series(%s::bigint, %s::bigint) n, "
        f"(SELECT * FROM {table} ORDER BY {key} LIMIT 1) AS source",
        ids[0],
        ids[-1],
    )


def add_deadlines(rows: list[tuple[int, str, date, date, date]]) -> None:
    """Running clocks: case, rule, start, due day, day of the next mark."""
    execute(_DEADLINES, *map(list, zip(*rows, strict=True)))


def swept_apart(name: str) -> dict[str, float]:
    """One sweep in a process of its own that has loaded what a worker loads."""
    code = f"from tests.bench import bench_sweep; bench_sweep.sweep_here({name!r})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return dict(json.loads(result.stdout.splitlines()[-1]))


def sweep_here(name: str) -> None:
    """Sweep, and print figures as JSON; runs in the process that `swept_apart` starts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

    app.loader.import_default_modules()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    begun = time.perf_counter()
    with without_wake():
        noticed = sweep_deadlines(TODAY)
    spent = time.perf_counter() - begun
    assert noticed == DUE, noticed
    print(json.dumps({"per_second": noticed / spent, "peak_mb": peak_mb()}))


def peak_mb() -> float:
    """The most resident memory that this process ever had, in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024 / 1e6


def check_result() -> None:
    """Fast and wrong is no result."""
    marks = DeadlineMark.objects.count()
    inbox = OutboxMessage.objects.filter(key__startswith="inbox-mark-").count()
    mails = OutboxMessage.objects.filter(key__startswith="email-mark-").count()
    if (marks, inbox, mails) != (REPEATS * DUE, REPEATS * DUE, REPEATS * DUE // 4):
        raise AssertionError(f"{marks} marks, {inbox} inbox messages and {mails} mails are not what was due.")
    if faults := list(verify_chains()):
        raise AssertionError(f"Broken chains: {faults[:3]}")


def bare_sweep(batch: int) -> float:
    """Deadlines a second by one SQL statement in one transaction for each batch; 3,000 are enough for single ones."""
    wanted, done, begun = DUE if batch > 1 else 3_000, 0, time.perf_counter()
    with connection.cursor() as cursor:
        while done < wanted:
            cursor.execute(_BARE, {"today": TODAY, "batch": batch})
            done += cursor.fetchone()[0]
    spent = time.perf_counter() - begun
    execute("UPDATE clocks_deadline SET next_mark_on = NULL, status = 'breached' WHERE next_mark_on <= %s", TODAY)
    return done / spent


def measure_idle() -> list[str]:
    """A sweep that finds nothing due, over few and over a million open deadlines."""
    execute("DELETE FROM clocks_deadlinemark")
    execute("DELETE FROM clocks_deadline")
    medians, filled = [], 0
    for wanted in (FEW, MANY):
        add_open_deadlines(filled, wanted)
        filled = wanted
        execute("VACUUM ANALYZE clocks_deadline")
        medians.append(idle_microseconds())
        print(f"nothing due, {wanted:>9,} open deadlines         {medians[-1]:>9,.0f} µs")
    ratio = medians[1] / medians[0]
    print(f"nothing due, 1,000,000 beside 1,000          {ratio:>9.2f} times       <= {BOUND_IDLE_RATIO}")
    return [f"nothing due costs {ratio:.2f} times as much"] if ratio > BOUND_IDLE_RATIO else []


def add_open_deadlines(first: int, last: int) -> None:
    """Running clocks number `first` to `last` whose next mark lies within the month ahead, many on each case."""
    # Without the checks of foreign keys: two million of them take a minute.
    execute("SET session_replication_role = replica")
    execute(_IDLE_DEADLINES.format(cases=Case.objects.count() - 1), first, last - 1, TODAY)
    execute("SET session_replication_role = DEFAULT")


def idle_microseconds() -> float:
    """One whole sweep with nothing due, heartbeat included: the median of many."""
    times = []
    for _ in range(IDLE_SWEEPS):
        begun = time.perf_counter()
        assert sweep_deadlines(TODAY) == 0
        times.append((time.perf_counter() - begun) * 1e6)
    return statistics.median(times)


def execute(statement: str, *parameters: Any) -> None:
    """One SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
