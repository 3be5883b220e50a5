"""The sweep as a whole: marks, timelines and messages belong together, once each, whatever happens to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from casework.cases import outbox, sweep
from casework.cases.actors import Actor
from casework.cases.inbox import notification_text
from casework.cases.models import Case, Heartbeat, Notification, OutboxMessage, TimelineEvent
from casework.cases.sweep import sweep_deadlines
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.clocks import marking, services
from casework.clocks.models import Deadline, DeadlineMark
from casework.parties.models import Role, User
from complaints.services import complaint_request_correction
from tests.factories import House, department, member

pytestmark = pytest.mark.django_db
HANDLING, TRANSFER, CORRECTION = "arrears.handling", "arrears.transfer", "arrears.correction"
# 30 calendar days from Tuesday 3 June 2025 end on Thursday 3 July; warnings 7, 3 and 1 days before.
START, DUE = date(2025, 6, 3), date(2025, 7, 3)
DAY = timedelta(days=1)
SWEPT = (Verb.DEADLINE_NEAR, Verb.DEADLINE_BREACHED)


@pytest.fixture
def house() -> House:
    return House()


def clocked(house: House, code: str = HANDLING) -> Case:
    """A case with that one clock, as if its events lay in June 2025."""
    case = house.transferred()
    Deadline.objects.filter(case_id=case.pk).delete()
    with transaction.atomic():
        services.deadline_start(case=case, code=code, started_on=START)
    return case


def told(case: Case) -> list[str]:
    """What the sweep wrote into the timeline, in order."""
    return [event.payload["kind"] for event in case.events.filter(verb__in=SWEPT).order_by("seq")]


def messages(case: Case) -> list[OutboxMessage]:
    """What the sweep put into the outbox, in order."""
    return list(OutboxMessage.objects.filter(case_id=case.pk, key__contains="mark-").order_by("pk"))


class TestWhoIsTold:
    """The department where the clock stands, and the complainant whose own clock it is."""

    def test_handling_stands_with_the_handling_department(self, house: House) -> None:
        case = clocked(house)
        assert sweep_deadlines(DUE + DAY) == 1
        (message,) = messages(case)
        assert set(message.payload["users"]) == {house.handler.pk, house.head.pk}
        assert message.payload["payload"] == {
            "code": HANDLING,
            "period": "处理期限",
            "due": "2025-07-03",
            "provisional": False,
            "kind": "breached",
        }

    def test_all_else_stands_with_the_receiving_department(self, house: House) -> None:
        case = clocked(house, TRANSFER)
        sweep_deadlines(DUE)
        (message,) = messages(case)
        assert set(message.payload["users"]) == {house.clerk.pk, house.receiving_head.pk}

    def test_one_who_holds_two_roles_is_told_once(self, house: House) -> None:
        house.handler.memberships.create(department=house.handling, role=Role.DEPARTMENT_HEAD)
        case = clocked(house)
        sweep_deadlines(DUE + DAY)
        assert sorted(messages(case)[0].payload["users"]) == sorted({house.handler.pk, house.head.pk})

    def test_who_left_is_not_told_and_nobody_left_is_no_message(self, house: House) -> None:
        User.objects.filter(pk__in=[house.handler.pk, house.head.pk]).update(is_active=False)
        case = clocked(house)
        assert sweep_deadlines(DUE + DAY) == 1
        assert (told(case), messages(case)) == (["breached"], [])

    @pytest.mark.parametrize(
        ("days", "verb", "subject", "words"),
        [
            (-2, Verb.DEADLINE_NEAR, "【期限将至】", "当日办理仍在期限内"),
            (1, Verb.DEADLINE_BREACHED, "【期限已过】", "仍可以在查询页面办理"),
        ],
    )
    def test_the_complainant_hears_of_the_own_clock(
        self, house: House, days: int, verb: Verb, subject: str, words: str
    ) -> None:
        account = User.objects.create_user("filer-account")
        filed = house.submitted()
        Case.objects.filter(pk=filed.pk).update(complainant_user=account)
        case = complaint_request_correction(
            complaint=type(filed).objects.get(pk=filed.pk), actor=Actor.person(house.clerk), items=["contract"]
        )
        due = Deadline.objects.get(case_id=case.pk, code=CORRECTION).due
        sweep_deadlines(due + days * DAY)
        with transaction.atomic():
            for message in messages(case):
                outbox._handlers[message.channel](message)
        (sent,) = mail.outbox
        assert sent.to == ["filer@example.com"]
        assert sent.subject.startswith(f"{subject}投诉 {case.reference} 的“补正期限”")
        assert f"{due.year}年{due.month}月{due.day}日" in sent.subject
        assert words in sent.body
        assert "张三，您好" in sent.body
        inboxes = Notification.objects.filter(case_id=case.pk, verb=verb)
        assert set(inboxes.values_list("user_id", flat=True)) == {
            account.pk,
            house.clerk.pk,
            house.receiving_head.pk,
        }
        assert "补正期限" in notification_text(inboxes[0])

    def test_without_an_address_only_the_department_is_told(self, house: House) -> None:
        case = house.submitted(contact_email="")
        complaint_request_correction(complaint=case, actor=Actor.person(house.clerk), items=["contract"])
        sweep_deadlines(Deadline.objects.get(case_id=case.pk, code=CORRECTION).due + DAY)
        assert [message.channel for message in messages(case)] == ["inbox"]

    def test_no_mail_for_a_clock_of_the_authority(self, house: House) -> None:
        case = clocked(house)
        sweep_deadlines(DUE + DAY)
        assert [message.channel for message in messages(case)] == ["inbox"]


class TestWhenever:
    """A missed night, a missed week, a moved deadline."""

    def test_day_by_day_each_mark_is_told_once(self, house: House) -> None:
        case = clocked(house)
        for days in range(60):
            sweep_deadlines(START + days * DAY)
            sweep_deadlines(START + days * DAY)
        assert told(case) == ["warning_7", "warning_3", "warning_1", "breached"]
        assert len(messages(case)) == 4

    def test_after_a_missed_night_the_gravest_is_told(self, house: House) -> None:
        case = clocked(house)
        sweep_deadlines(date(2025, 6, 26))
        # The warning of the 30th and that of 2 July were both missed.
        sweep_deadlines(date(2025, 7, 2))
        assert told(case) == ["warning_7", "warning_1"]
        assert Counter(DeadlineMark.objects.values_list("kind", flat=True)) == Counter(
            warning_7=1, warning_3=1, warning_1=1
        )

    def test_after_a_missed_week_a_breach_is_told_and_no_warning(self, house: House) -> None:
        cases = [clocked(house) for _ in range(3)]
        assert sweep_deadlines(DUE + 4 * DAY) == 3
        assert [told(case) for case in cases] == [["breached"]] * 3
        assert DeadlineMark.objects.count() == 12
        assert sweep_deadlines(DUE + 5 * DAY) == 0

    def test_a_moved_deadline_is_told_anew(self, house: House) -> None:
        case = clocked(house)
        sweep_deadlines(DUE + DAY)
        with transaction.atomic():
            services.deadline_extend(
                deadline=case.deadlines.get(), total_days=60, approved_by=house.head, approved_on=DUE, reason="案情复杂"
            )
        # 60 calendar days end on Saturday 2 August 2025, in time until Monday the 4th.
        for day in (DUE + DAY, date(2025, 8, 1), date(2025, 8, 4), date(2025, 8, 5)):
            sweep_deadlines(day)
        assert told(case) == ["breached", "warning_1", "breached"]
        assert [message.payload["payload"]["due"] for message in messages(case)] == [
            "2025-07-03",
            "2025-08-04",
            "2025-08-04",
        ]

    def test_marks_that_are_there_hide_nobody_behind_them(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """A deadline moved to and fro has its marks already; the batch it fills must not end the sweep."""
        monkeypatch.setattr(sweep, "BATCH", 1)
        first, second = clocked(house), clocked(house)
        sweep_deadlines(DUE + DAY)
        Deadline.objects.filter(case_id=first.pk).update(status="running", next_mark_on=START)
        DeadlineMark.objects.filter(deadline__case_id=second.pk).delete()
        Deadline.objects.filter(case_id=second.pk).update(status="running", next_mark_on=DUE)
        assert sweep_deadlines(DUE + DAY) == 1
        assert told(first) == ["breached"]


class TestBatches:
    """Many at once cost no more queries, and leave the chains whole."""

    def test_the_number_of_queries_does_not_grow(self, house: House) -> None:
        def sweep_of(number: int) -> int:
            for _ in range(number):
                clocked(house)
            with CaptureQueriesContext(connection) as captured:
                assert sweep_deadlines(DUE + DAY) == number
            return len(captured)

        assert sweep_of(2) == sweep_of(12)

    def test_nor_with_the_departments(self, house: House) -> None:
        def sweep_of(number: int) -> int:
            for _ in range(number):
                own = department("320100", handling=True)
                member(Role.HANDLING_CASEWORKER, own)
                Case.objects.filter(pk=clocked(house).pk).update(handling_department=own)
            with CaptureQueriesContext(connection) as captured:
                assert sweep_deadlines(DUE + DAY) == number
            return len(captured)

        assert sweep_of(1) == sweep_of(5)

    @pytest.mark.parametrize("batch", [1, 2, 1000])
    def test_chains_hold_whatever_the_batch(self, house: House, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
        monkeypatch.setattr(sweep, "BATCH", batch)
        cases = [clocked(house) for _ in range(3)]
        with transaction.atomic():
            # A second clock on one case: two events of one chain in one batch.
            services.deadline_start(case=cases[1], code=TRANSFER, started_on=START)
        assert sweep_deadlines(DUE + DAY) == 4
        assert list(verify_chains()) == []
        assert [len(told(case)) for case in cases] == [1, 2, 1]
        assert TimelineEvent.objects.filter(verb=Verb.DEADLINE_BREACHED).count() == 4


STEPS: dict[str, tuple[Any, str]] = {
    "after the claim": (marking, "_insert_marks"),
    "after the marks": (marking, "_advance"),
    "after the states": (sweep, "events_record"),
    "after the events": (sweep, "notify_departments"),
    "after the inbox messages": (sweep, "notify_complainants"),
}


class Killed(BaseException):
    """Not even an `except Exception` would hold it up, as with a signal."""


def killing(original: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """Does the work, if there is any, and dies."""

    def die(*args: Any, **options: Any) -> None:
        if original:
            original(*args, **options)
        raise Killed

    return die


class TestKilled:
    """At every step of a batch: nothing of it stays, and the next sweep does all of it once."""

    @pytest.mark.parametrize("step", STEPS)
    def test_killed_between_two_steps(self, house: House, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
        self.check(house, monkeypatch, *STEPS[step], die=killing())

    def test_killed_before_the_commit(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        die = killing(sweep.notify_complainants)
        self.check(house, monkeypatch, sweep, "notify_complainants", die=die)

    def check(
        self, house: House, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, die: Callable[..., Any]
    ) -> None:
        """Kill, look that nothing was left, sweep again."""
        case, own = clocked(house), clocked(house, CORRECTION)
        before = (TimelineEvent.objects.count(), OutboxMessage.objects.count())
        beat = list(Heartbeat.objects.values_list("at", flat=True))
        with monkeypatch.context() as patch:
            patch.setattr(module, name, die)
            with pytest.raises(Killed):
                sweep_deadlines(DUE + DAY)
        assert (TimelineEvent.objects.count(), OutboxMessage.objects.count()) == before
        assert not DeadlineMark.objects.exists()
        assert set(Deadline.objects.filter(case_id__in=[case.pk, own.pk]).values_list("status", flat=True)) == {
            "running"
        }
        assert list(Heartbeat.objects.values_list("at", flat=True)) == beat
        assert sweep_deadlines(DUE + DAY) == 2
        assert sweep_deadlines(DUE + DAY) == 0
        assert (told(case), told(own)) == (["breached"], ["breached"])
        assert [message.channel for message in messages(case)] == ["inbox"]
        assert sorted(message.channel for message in messages(own)) == ["email", "inbox"]
        assert list(verify_chains()) == []

    def test_killed_after_the_commit(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """The batch stands; only the heartbeat is missing, and the next sweep brings it."""
        case = clocked(house)
        with monkeypatch.context() as patch:
            patch.setattr(sweep, "_beat", killing())
            with pytest.raises(Killed):
                sweep_deadlines(DUE + DAY)
        assert sweep_deadlines(DUE + DAY) == 0
        assert told(case) == ["breached"]
        assert len(messages(case)) == 1

    def test_batches_before_the_kill_stand(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        cases = [clocked(house) for _ in range(5)]
        monkeypatch.setattr(sweep, "BATCH", 2)
        calls: list[int] = []

        def die_at_the_third(*args: Any, **options: Any) -> None:
            calls.append(1)
            if len(calls) == 3:
                raise Killed
            real(*args, **options)

        real = sweep.notify_departments
        with monkeypatch.context() as patch:
            patch.setattr(sweep, "notify_departments", die_at_the_third)
            with pytest.raises(Killed):
                sweep_deadlines(DUE + DAY)
        assert [len(told(case)) for case in cases] == [1, 1, 1, 1, 0]
        assert sweep_deadlines(DUE + DAY) == 1
        assert [len(messages(case)) for case in cases] == [1] * 5
