"""The LPR table: loaded once, kept up by system administrators, right by month."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from casework.parties.models import User
from complaints.payment.models import LprRate
from complaints.payment.reference import load_lpr
from complaints.payment.selectors import lpr_table
from tests.factories import House

pytestmark = pytest.mark.django_db
LIST = "/admin/complaints/lprrate/"
ROW = {"effective_on": "2026-09-21", "rate": "2.95", "source": "示例来源", "certainty": "E"}


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_loading_again_adds_nothing_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    LprRate.objects.filter(effective_on=date(2025, 5, 20)).update(rate=Decimal("9.99"))
    assert load_lpr() == 0
    assert LprRate.objects.get(effective_on=date(2025, 5, 20)).rate == Decimal("9.99")
    LprRate.objects.filter(effective_on=date(2025, 5, 20)).delete()
    call_command("load_reference")
    assert "1 LPR values added" in capsys.readouterr().out


def test_the_table_of_the_database_answers_by_day() -> None:
    table = lpr_table()
    assert table.last_loaded_on == date(2026, 8, 20)
    found = table.published_by(date(2024, 10, 20))
    assert found == (date(2024, 7, 22), Decimal("3.35"))


def test_a_system_administrator_adds_and_corrects_and_it_is_logged() -> None:
    client = signed_in(House().sysadmin)
    assert "loaded through 2026-08" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}add/", ROW).status_code == 302
    row = LprRate.objects.get(effective_on=date(2026, 9, 21))
    assert client.post(f"{LIST}{row.pk}/change/", {**ROW, "rate": "2.90"}).status_code == 302
    assert lpr_table().published_by(date(2026, 10, 1)) == (date(2026, 9, 21), Decimal("2.90"))
    assert LogEntry.objects.filter(object_id=str(row.pk)).count() == 2
    assert client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("effective_on", "2025-05-20"),
        ("effective_on", (timezone.localdate() + timedelta(days=1)).isoformat()),
        ("rate", "0"),
        ("rate", "-3"),
        ("rate", "25.01"),
        ("source", ""),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(field: str, value: str) -> None:
    response = signed_in(House().sysadmin).post(f"{LIST}add/", {**ROW, field: value})
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]


def test_nobody_else_sees_the_table() -> None:
    house = House()
    for user in (house.clerk, house.head, house.supervisor, house.auditor):
        assert signed_in(user).get(LIST).status_code == 403


def test_the_database_refuses_a_rate_of_nothing() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LprRate.objects.create(effective_on=date(2026, 9, 21), rate=Decimal(0), source="x", certainty="E")
