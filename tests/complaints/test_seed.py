"""The demo's data: every state and reason, reproducible, through the services, and never in production."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from casework.cases.extension.models import ExtensionRequest
from casework.cases.models import Case, OutboxMessage
from casework.cases.terms import terms_in_force
from casework.cases.timeline import verify_chains
from casework.cases.transfer.models import Hop
from casework.clocks.models import Deadline
from casework.clocks.selectors import current_calendar
from casework.documents.models import Attachment
from casework.parties.demo import DEMO_PASSWORD
from casework.parties.models import User
from casework.parties.reference import load_divisions
from casework.parties.validators import validate_credit_code
from complaints.assessments.models import Assessment
from complaints.demo.plan import SCENARIOS, Planner, draw_scenarios
from complaints.demo.seed import seed
from complaints.disclosure.models import DisclosureCorrection, DisclosureObligation
from complaints.disclosure.publishing import status_of
from complaints.flow import State
from complaints.measures.models import Measure
from complaints.models import ArrearsComplaint
from complaints.money.models import RecordedPayment
from complaints.payment import from_record
from complaints.protection.models import ThreatAlert
from complaints.respondent.models import FeedbackRequest
from complaints.selectors import complaint_by_secret
from complaints.subcases.models import SubCase

ROOT = Path(__file__).resolve().parents[2]
SMALL = len(SCENARIOS)


@pytest.fixture
def divisions(db: None) -> None:
    load_divisions()


def run(number: int = 1, cases: int = SMALL):
    return seed(cases=cases, seed_number=number, today=timezone.localdate(), report=lambda _done, _total: None)


def fingerprint() -> list[tuple[object, ...]]:
    """What two seedings must share: not the ids and references, which sequences give."""
    complaints = ArrearsComplaint.objects.order_by("pk").prefetch_related("events", "attachments")
    return [
        (
            case.state,
            case.complainant_name,
            case.respondent_code,
            case.amount,
            case.next_due,
            case.receiving_department.name,
            [(event.verb, event.at) for event in case.events.all() if event.actor_kind != "system"],
            sorted(file.sha256 for file in case.attachments.all()),
        )
        for case in complaints
    ]


def test_every_state_ground_and_reason_is_there(divisions):
    examples = run()
    states = Counter(ArrearsComplaint.objects.values_list("state", flat=True))
    assert set(states) == set(State.values) - {State.DRAFT}
    today = timezone.localdate()
    for vocabulary, column, state in (
        ("arrears.refusal", "decision_ground", State.REFUSED),
        ("arrears.closing", "closing_reason", State.CLOSED),
    ):
        used = set(ArrearsComplaint.objects.filter(state=state).values_list(column, flat=True))
        assert used == set(terms_in_force(vocabulary, today).values_list("code", flat=True))
    assert Case.objects.filter(is_development=False).count() == 0
    assert list(verify_chains()) == []
    assert Attachment.objects.exists()
    assert User.objects.get(username="sme").filed_cases.count() == 12
    for example in examples:
        assert complaint_by_secret(example.reference, example.secret).get_state_display() == example.state
    assert len({example.state for example in examples}) == 3
    for case in ArrearsComplaint.objects.all():
        validate_credit_code(case.complainant_code)
        validate_credit_code(case.respondent_code)
        assert case.complainant_name.startswith("示例")
        assert case.respondent_name.startswith("示例")


def test_what_was_agreed_and_how_large_the_filers_were_is_varied(divisions):
    run(cases=3 * SMALL)
    kept = list(Assessment.objects.select_related("complaint"))
    payments = [from_record(row.record)[1] for row in kept if row.kind == "payment"]
    assert len(payments) >= 3 * SMALL
    assert {result.due.start_event for result in payments} >= {"delivery", "inspection_passed", "inspection_deadline"}
    assert {result.rate.kind for result in payments if result.rate} == {"agreed", "lpr_floor", "statutory_daily"}
    # Whoever complained had waited until the term was over; only the decree of 2020 leaves a term open.
    assert all(result.account and result.account.interest > 0 for result in payments if result.due.due_on)
    assert {result.law_version for result in payments if not result.due.due_on} <= {"R728"}
    sizes = [row.record["result"] for row in kept if row.kind == "size"]
    assert {result["industry"] for result in sizes} == {"industry", "construction", "software"}
    assert {"micro", "small", "medium"} <= {result["size"] for result in sizes} <= {"micro", "small", "medium", None}
    for row in kept:
        said = row.complaint.complainant_size
        if row.kind == "size" and row.record["result"]["size"] and said != "unsure":
            assert row.record["result"]["size"] == said


def test_clocks_are_late_due_soon_and_running_at_every_stage(divisions):
    run()
    today = timezone.localdate()
    late = set(Deadline.objects.filter(status="breached").values_list("code", flat=True))
    assert late >= {"arrears.review", "arrears.correction", "arrears.transfer", "arrears.handling"}
    assert not Deadline.objects.filter(status="running", due__lt=today).exists(), "the sweep has run"
    assert Deadline.objects.filter(status="running", due__range=(today, today + timedelta(days=3))).exists()
    assert Deadline.objects.filter(status="running", due__gt=today + timedelta(days=7)).exists()
    assert Deadline.objects.filter(status="met_late").exists()


def test_the_same_seed_gives_the_same_cases_another_gives_others(divisions):
    prints = []
    for number in (1, 1, 2):
        with transaction.atomic():
            run(number)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


def test_a_seeding_that_fails_leaves_nothing(divisions):
    def stop(done: int, _total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(cases=SMALL, seed_number=1, today=timezone.localdate(), report=stop)
    assert not Case.objects.exists()
    assert not User.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_last_years_disclosures_are_there_in_every_state(divisions):
    run(cases=60)
    today = timezone.localdate()
    rows = DisclosureObligation.objects.select_related("current", "body__subject")
    assert {str(status_of(row, today)) for row in rows} == {"in_time", "late", "missing"}
    assert all(row.body.is_development for row in rows)
    assert rows.filter(current__nothing_overdue=True).exists() and rows.filter(current__number=2).exists()
    assert DisclosureCorrection.objects.count() == 1


def test_the_command_prints_a_guide_and_seeds_once(divisions, tmp_path: Path):
    logins, out = tmp_path / "logins.txt", StringIO()
    call_command("seed_demo", cases=SMALL, logins=logins, stdout=out)
    assert DEMO_PASSWORD in logins.read_text(encoding="utf-8")
    assert logins.read_text(encoding="utf-8") in out.getvalue()
    for username in ("clerk", "handler", "head", "supervisor", "nation", "auditor", "sysadmin", "sme"):
        assert User.objects.get(username=username).check_password(DEMO_PASSWORD)
    before, again = Case.objects.count(), StringIO()
    call_command("seed_demo", cases=SMALL, logins=logins, stdout=again)
    assert "already there" in again.getvalue()
    assert Case.objects.count() == before


def test_all_seeds_take_the_same_password(divisions, tmp_path: Path):
    logins, fees, word = tmp_path / "logins.txt", StringIO(), "another-word-of-the-demo"
    call_command("seed_demo", cases=SMALL, logins=logins, password=word, stdout=StringIO())
    call_command("seed_fees", password=word, stdout=fees)
    assert word in logins.read_text(encoding="utf-8")
    assert word in fees.getvalue()
    for username in ("clerk", "sysadmin", "fee-editor", "report-clerk"):
        user = User.objects.get(username=username)
        assert user.check_password(word)
        assert not user.check_password(DEMO_PASSWORD)


def test_no_other_file_repeats_the_password():
    found = [
        path.relative_to(ROOT).as_posix()
        for room in ("casework", "complaints", "fees", "script", "templates")
        for path in (ROOT / room).rglob("*.*")
        if path.suffix in {".py", ".html", ".toml"} and DEMO_PASSWORD in path.read_text(encoding="utf-8")
    ]
    assert found == ["casework/parties/demo.py"]


def test_production_refuses(divisions, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_reference_data_the_command_names_the_remedy():
    with pytest.raises(CommandError, match="load_reference"):
        call_command("seed_demo")


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 10, 5), date(2026, 2, 22), date(2026, 8, 1)])
@pytest.mark.django_db
def test_acts_of_staff_lie_on_working_days_in_order_and_before_today(today: date):
    """Also in the middle of a week of holidays and on a Saturday."""
    rng, calendar = Random(7), current_calendar()
    planner = Planner(rng, today)
    for number, scenario in enumerate(draw_scenarios(rng, 150)):
        acts = planner.plan(number, scenario, "320000").acts
        assert [act.at for act in acts] == sorted(act.at for act in acts)
        assert all(act.at.date() < today and calendar.is_working_day(act.at.date()) for act in acts)


def test_what_is_done_beside_the_moves_is_there(divisions):
    run()
    assert set(FeedbackRequest.objects.values_list("status", flat=True)) >= {"open", "answered", "sufficient"}
    assert set(Measure.objects.values_list("kind", flat=True)) >= {"supervisory_letter", "interview", "rectification"}
    assert set(ExtensionRequest.objects.values_list("status", flat=True)) == {"pending", "approved"}
    assert set(SubCase.objects.values_list("kind", flat=True)) == {"size_dispute", "receivable"}
    assert RecordedPayment.objects.filter(status="reported").exists()
    assert ThreatAlert.objects.exists()
    assert Hop.objects.filter(status="return_asked").exists()
