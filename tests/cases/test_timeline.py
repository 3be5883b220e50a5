"""The timeline can't be rewritten, and a rewritten one is found out."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from casework.cases.models import TimelineEvent
from casework.cases.timeline import GENESIS, event_text, verify_chains
from casework.cases.verbs import Verb
from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_timelineevent SET actor_label = 'x' WHERE case_id = %s",
        "DELETE FROM cases_timelineevent WHERE case_id = %s",
        "TRUNCATE cases_timelineevent CASCADE",
    ],
)
def test_the_database_refuses_to_change_history(house: House, statement: str) -> None:
    case = house.submitted()
    before = list(TimelineEvent.objects.filter(case=case).values_list("hash", flat=True))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [case.pk] if "%s" in statement else None)
    assert list(TimelineEvent.objects.filter(case=case).values_list("hash", flat=True)) == before


def test_each_row_names_the_hash_before_it(house: House) -> None:
    case = house.resolved()
    rows = list(TimelineEvent.objects.filter(case=case).order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous_hash for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert list(verify_chains()) == []


def _without_triggers(statement: str, parameters: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, parameters)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE cases_timelineevent SET payload = '{\"x\": 1}' WHERE case_id = %s AND seq = 3", 3),
        ("UPDATE cases_timelineevent SET at = at + interval '1 day' WHERE case_id = %s AND seq = 2", 2),
        ("UPDATE cases_timelineevent SET verb = 'closed' WHERE case_id = %s AND seq = 1", 1),
        ("DELETE FROM cases_timelineevent WHERE case_id = %s AND seq = 2", 3),
        ("DELETE FROM cases_timelineevent WHERE case_id = %s AND seq = 1", 2),
    ],
)
def test_tampering_is_found_at_its_first_row(house: House, statement: str, row: int) -> None:
    other, case = house.accepted(), house.accepted()
    _without_triggers(statement, [case.pk])
    (fault,) = verify_chains()
    assert (fault.case_id, fault.seq) == (case.pk, row)
    assert other.pk != case.pk


def test_the_command_names_case_and_row(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    case = house.accepted()
    call_command("verify_timeline")
    assert "Every chain holds" in capsys.readouterr().out
    _without_triggers("UPDATE cases_timelineevent SET actor_label = 'x' WHERE case_id = %s AND seq = 2", [case.pk])
    with pytest.raises(CommandError):
        call_command("verify_timeline", "--case", case.reference)
    assert f"{case.reference} row 2" in capsys.readouterr().err


def test_every_verb_that_occurs_can_be_told_in_words(house: House) -> None:
    case = house.resolved()
    for event in case.events.all():
        assert str(Verb(event.verb).label)
        assert isinstance(event_text(event), str)
    resolved = case.events.get(verb=Verb.RESOLVED)
    assert event_text(resolved) == "被投诉人已支付全部余款。"
