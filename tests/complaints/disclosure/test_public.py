"""What everybody sees: the table, its files, the API; and who is named as missing."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from complaints.disclosure.bodies import body_retire
from complaints.disclosure.publishing import public_rows
from complaints.disclosure.reminders import reminders_send
from tests.complaints.disclosure.conftest import YEAR, Bureau, figures, nothing, overdue_today
from tests.factories import division

pytestmark = pytest.mark.django_db


def shown(query: str = "") -> str:
    response = Client().get(f"/disclosures/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def test_who_disclosed_what_and_where(bureau: Bureau) -> None:
    bureau.disclosed(bureau.asked(name="示例水务中心"))
    text = shown()
    for part in ("示例水务中心", "300,000.00", "100,000.00", "https://www.example.gov.cn/notice/1.html"):
        assert part in text
    assert "body@example.com" not in text and "李四" not in text


def test_nobody_is_named_before_the_due_day_and_without_a_reminder(bureau: Bureau) -> None:
    row = bureau.asked()
    assert "示例水务中心" not in shown()
    # The last day still counts.
    overdue_today(row, days=0)
    reminders_send()
    assert not public_rows().exists()
    overdue_today(row, days=1)
    assert list(public_rows()) == [row]
    assert 'class="sheet missing"' in shown()
    row.reminders.all().delete()
    assert not public_rows().exists()


def test_who_is_off_the_list_is_not_named_as_missing(bureau: Bureau) -> None:
    row = overdue_today(bureau.asked())
    reminders_send()
    body_retire(body=row.body, user=bureau.clerk, reason="已撤销")
    assert not public_rows().exists()


def test_earlier_versions_stay_readable(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    bureau.disclosed(row, figures(amount=Decimal("512000.00")))
    assert "512,000.00" in shown() and "300,000.00" in shown()


def test_filters(bureau: Bureau) -> None:
    division("320104")
    places = {"320102": nothing(), "320104": figures(published_on=date(2026, 4, 2))}
    rows = {}
    for place, said in places.items():
        rows[place] = bureau.asked(place=place, name=f"示例单位{place}")
        bureau.disclosed(rows[place], said)
    code = rows["320104"].body.subject_id
    for query in ("?division=320104", "?status=late", f"?words={code}", "?words=320104", f"?year={YEAR}&status=late"):
        text = shown(query)
        assert "示例单位320104" in text and "示例单位320102" not in text, query
    assert "示例单位" not in shown("?kind=organ")
    assert "示例单位320102" in shown("?division=320100")
    assert Client().get("/disclosures/?kind=nonsense").status_code == 400
    assert Client().get("/disclosures/table.csv?division=乌有市").status_code == 400


def test_the_page_costs_the_same_for_many(bureau: Bureau, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        bureau.disclosed(bureau.asked(name=f"示例单位{number}"))
    client = Client()
    client.get("/disclosures/")
    with django_assert_max_num_queries(9):
        client.get("/disclosures/")


def test_the_files_hold_the_same_rows(bureau: Bureau) -> None:
    bureau.disclosed(bureau.asked(name="=HYPERLINK(1)"))
    bureau.disclosed(bureau.asked(), nothing())
    text = Client().get("/disclosures/table.csv").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    names = [list(line.values())[1] for line in lines]
    # A spreadsheet takes no name for a formula.
    assert names == ["'=HYPERLINK(1)", "示例水务中心"]
    response = Client().get("/disclosures/table.json?status=in_time")
    assert response["Content-Disposition"].startswith("attachment")
    found = json.loads(response.content)["disclosures"]
    assert [(row["amount"], row["nothing_overdue"], row["status"]) for row in found] == [
        ("300000.00", False, "in_time"),
        ("0.00", True, "in_time"),
    ]


def test_the_api_pages_and_filters(bureau: Bureau, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        bureau.disclosed(bureau.asked(name=f"示例单位{number}"))
    client = Client()
    with django_assert_max_num_queries(8):
        first = client.get("/api/v1/disclosures?page_size=2")
    assert first["Access-Control-Allow-Origin"] == "*"
    rest = client.get(first.json()["next"]).json()
    names = [row["name"] for row in first.json()["results"] + rest["results"]]
    assert (sorted(names), rest["next"]) == (["示例单位0", "示例单位1", "示例单位2"], None)
    row = client.get(f"/api/v1/disclosures/?words=示例单位1&year={YEAR}&kind=institution").json()["results"][0]
    assert (row["amount"], row["status"], row["where"]) == (
        "300000.00",
        "in_time",
        "https://www.example.gov.cn/notice/1.html",
    )
    for query in ("kind=person", "year=25", "division=x", "status=waiting", "colour=red", "words="):
        assert client.get(f"/api/v1/disclosures?{query}").status_code == 400, query
