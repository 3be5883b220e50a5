"""What everybody reads of records: what is public today, nothing a day too long, nobody's personal data."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from casework.cases.actors import Actor
from casework.credit.measures.models import Measure
from casework.credit.objections.services import objection_decide
from casework.credit.record import decision, ending
from casework.credit.record.models import CreditRecord
from casework.credit.record.publication import (
    KEPT_AT_MOST,
    Mark,
    Wanted,
    following,
    public_record,
    public_records,
    seconds_of_validity,
)
from casework.credit.views import public
from casework.parties.models import Subject, User
from tests.credit.clock import set_clock
from tests.credit.house import CreditHouse
from tests.factories import credit_code, division

pytestmark = pytest.mark.django_db
NAME, CONDUCT = "公示测试建设集团有限公司", "无正当理由拖欠公示测试货款。"


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


@pytest.fixture
def reader() -> Client:
    return Client()


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


def named(house: CreditHouse, **changes: Any) -> Subject:
    return house.subject(**{"name": NAME, **changes})


def read(client: Client, record: CreditRecord, status: int = 200) -> str:
    response = client.get(f"/credit/{record.reference}/")
    assert response.status_code == status
    return response.content.decode()


def found(client: Client, **query: str) -> list[str]:
    """The references on the list, in order."""
    response = client.get("/credit/", query)
    assert response.status_code == 200
    return re.findall(r'href="/credit/(XY[0-9-]+)/"', response.content.decode())


def test_a_record_says_what_was_found_decided_and_applied(house: CreditHouse, reader: Client) -> None:
    proposed, measure = house.with_measure(subject=named(house), conduct=CONDUCT)
    record = house.published(record=proposed)
    text = read(reader, record)
    measure.refresh_from_db()
    for said in (
        NAME, record.respondent_code, CONDUCT, record.finding_number, record.finding_authority, record.legal_basis,
        "严重失信", record.severity.citation, house.keeping.name, measure.item.label, measure.item.edition,
        house.executing.name, record.reference,
    ):  # fmt: skip
        assert said in text, said
    for day in (record.finding_date, record.last_day, record.repair_from):
        assert f"{day.year}年{day.month}月{day.day}日" in text
    assert "异议处理中" not in text.replace("记录标注“异议处理中”", "")
    assert reverse("portal:track") in text


def test_nothing_before_publication_and_nothing_that_is_withheld_or_set_aside(
    house: CreditHouse, reader: Client
) -> None:
    officer, today = Actor.person(house.officer), timezone.localdate()
    withheld = decision.record_withhold(record=house.published(), actor=officer, ground="execution_suspended")
    set_aside = ending.finding_set_aside(record=house.published(), actor=officer, on=today, by="复议决定")
    hidden = [
        house.proposed(), house.noticed(), house.served(), house.submitted(), house.decided(publish=False),
        house.decided(), withheld, set_aside,
    ]  # fmt: skip
    for record in hidden:
        read(reader, record, 404)
    assert found(reader) == []
    shown = decision.record_show_again(record=house.fresh(withheld), actor=officer, reason="恢复执行")
    read(reader, shown)
    assert found(reader) == [shown.reference]


@pytest.mark.parametrize("reference", ["XY2026-999999-9", "QK2026-000001-1", "nothing", "%00", "XY2026-000123-7%00"])
def test_what_never_was_is_not_found(reader: Client, reference: str) -> None:
    assert reader.get(f"/credit/{reference}/").status_code == 404
    assert reader.get(f"/api/v1/credit/records/{reference}").status_code == 404


@pytest.mark.parametrize(("after", "status"), [(-1, 200), (0, 200), (1, 410), (400, 410)])
def test_nothing_is_shown_a_day_too_long_even_when_no_sweep_ran(
    house: CreditHouse, reader: Client, monkeypatch: pytest.MonkeyPatch, after: int, status: int
) -> None:
    record = house.published(subject=named(house))
    for at in (time(0, 0, 1), time(23, 59, 59)):
        set_clock(monkeypatch, record.last_day + timedelta(days=after), at)
        text = read(reader, record, status)
        assert (NAME in text) == (status == 200)
        assert found(reader) == ([record.reference] if status == 200 else [])
        assert reader.get(f"/api/v1/credit/records/{record.reference}").status_code == status
    assert house.fresh(record).state == "published"


def test_of_an_ended_record_nothing_but_that_it_is_gone(house: CreditHouse, reader: Client) -> None:
    officer, head, today = Actor.person(house.officer), Actor.person(house.head), timezone.localdate()
    annulled = house.published(subject=named(house))
    annulled = ending.finding_set_aside(record=annulled, actor=officer, on=today, by="复议决定")
    annulled = ending.record_annul(record=annulled, actor=head, reason="认定文书被撤销")
    expired = house.published(subject=named(house))
    over = Actor.system(timezone.make_aware(datetime.combine(expired.last_day + timedelta(days=1), time(1))))
    expired = ending.record_expire(record=expired, actor=over)
    never = house.decided(publish=False, subject=named(house))
    CreditRecord.objects.filter(pk=never.pk).update(state="repaired")
    read(reader, never, 404)
    for record in (annulled, expired):
        response = reader.get(f"/credit/{record.reference}/")
        assert response.status_code == 410
        assert "no-store" in response.headers["Cache-Control"]
        # One mark for all: a retyped address tells no more than the right one.
        pages = {read(reader, record, 410), reader.get(f"/api/v1/credit/records/{record.reference}").content.decode()}
        for text in pages:
            for said in (NAME, record.respondent_code, record.finding_number, "撤销", "annulled", "expired"):
                assert said not in text, said
        assert found(reader, who=record.respondent_code) == []


def test_an_open_objection_is_marked_wherever_the_record_is_shown(house: CreditHouse, reader: Client) -> None:
    record = house.contested()
    assert "异议处理中" in reader.get("/credit/").content.decode()
    assert "当事人已对本记录提出异议" in read(reader, record)
    objection_decide(
        record=record, actor=Actor.person(house.deputy), outcome="rejected", reasons="认定无误。",
    )  # fmt: skip
    assert "异议处理中" not in reader.get("/credit/").content.decode()
    assert "当事人已对本记录提出异议" not in read(reader, record)


def test_search_by_the_whole_code_or_part_of_the_name(house: CreditHouse, reader: Client) -> None:
    first = house.published(subject=named(house, name="金陵大桥建设集团有限公司"))
    other = house.published(subject=named(house, name="紫金Bridge机械有限公司"))
    code = first.respondent_code
    assert found(reader, who="大桥") == [first.reference]
    assert found(reader, who="有限公司 机械") == [other.reference]
    assert found(reader, who="bridge") == [other.reference]
    assert found(reader, who="有限公司") == [other.reference, first.reference]
    assert found(reader, who=f" {code[:8].lower()} {code[8:].lower()} ") == [first.reference]
    assert found(reader, who="%") == []
    # A part of a code, or a misread one, is told instead of answered with nothing.
    for misread in (code[:17], code[:-1] + ("0" if code[-1] != "0" else "1")):
        response = reader.get("/credit/", {"who": misread})
        assert response.status_code == 400
        assert "营业执照" in response.content.decode()
        assert "查询结果不是信用证明" not in response.content.decode()


def test_filters(house: CreditHouse, reader: Client) -> None:
    division("320102", "玄武测试区")
    serious = house.published(subject=named(house))
    organ = house.published(severity="general", subject=named(house, kind="organ", division=division("320500")))
    assert found(reader, severity="serious") == [serious.reference]
    assert found(reader, kind="organ") == [organ.reference]
    assert found(reader, division="320100") == [serious.reference]
    assert found(reader, division="玄武测试区") == [serious.reference]
    assert found(reader, division="320000") == [organ.reference, serious.reference]
    assert found(reader, severity="general", kind="large_enterprise") == []
    assert reader.get("/credit/", {"severity": "grave"}).status_code == 400
    assert reader.get("/credit/", {"division": "乌有之乡"}).status_code == 400


def test_an_empty_answer_says_what_it_means(reader: Client, english: Client) -> None:
    text = reader.get("/credit/", {"who": credit_code()}).content.decode()
    assert "没有符合条件的现行有效公示记录" in text
    assert "查询结果不是信用证明" in text
    assert "今日本系统没有公示中的记录" in reader.get("/credit/").content.decode()
    assert "It is no certificate of good credit." in english.get("/credit/").content.decode()


def test_both_languages(house: CreditHouse, english: Client) -> None:
    record = house.contested()
    listed, one = english.get("/credit/").content.decode(), read(english, record)
    for said in ("Published credit records", "objection being handled", "serious", "days left"):
        assert said in listed, said
    for said in ("What was found", "What was decided", "Measures that apply today", "If the record is about you"):
        assert said in one, said
    assert "严重失信" not in listed


def test_pages_go_on_where_the_last_one_ended(
    house: CreditHouse, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "PAGE", 2)
    records = [house.published() for _ in range(5)]
    # The second was published last, the fourth first.
    today = timezone.localdate()
    for record, ago in zip(records, (3, 0, 3, 9, 1), strict=True):
        day = today - timedelta(days=ago)
        CreditRecord.objects.filter(pk=record.pk).update(decided_on=day, published_on=day)
    order = [records[place].reference for place in (1, 4, 2, 0, 3)]
    response = reader.get("/credit/")
    seen = re.findall(r'href="/credit/(XY[0-9-]+)/"', response.content.decode())
    pages = 1
    # One that ends meanwhile shifts nobody.
    CreditRecord.objects.filter(pk=records[1].pk).update(withheld_since=today)
    while after := re.search(r'rel="next"\s+href="([^"]+)"', response.content.decode()):
        response = reader.get("/credit/" + after[1].replace("&amp;", "&"))
        seen += re.findall(r'href="/credit/(XY[0-9-]+)/"', response.content.decode())
        pages += 1
    assert (seen, pages) == (order, 3)
    assert "第一页" in response.content.decode()
    assert found(reader, before="nonsense") == order[1:3]


def test_nobody_is_named_and_no_contact_is_told(house: CreditHouse, reader: Client) -> None:
    for user, name in ((house.officer, "金丝雀经办"), (house.head, "金丝雀主任")):
        User.objects.filter(pk=user.pk).update(display_name=name, email="canary@staff.example")
    proposed, _measure = house.with_measure(contact_email="canary@subject.example")
    record = house.published(record=proposed)
    for address in ("/credit/", f"/credit/{record.reference}/", "/api/v1/credit/records",
                    f"/api/v1/credit/records/{record.reference}"):  # fmt: skip
        text = reader.get(address).content.decode()
        assert record.reference in text
        for secret in ("canary@", "金丝雀", house.officer.username, house.head.username, "测试联系人"):
            assert secret not in text, (address, secret)


def test_no_copy_outlives_the_day(house: CreditHouse, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    record = house.published()
    for at, most in ((time(12), KEPT_AT_MOST), (time(23, 59, 40), 20), (time(23, 59, 59), 1)):
        set_clock(monkeypatch, record.last_day, at)
        for address in ("/credit/", f"/credit/{record.reference}/", "/api/v1/credit/records",
                        f"/api/v1/credit/records/{record.reference}"):  # fmt: skip
            headers = reader.get(address).headers
            kept = re.search(r"max-age=(\d+)", headers["Cache-Control"])
            assert kept and int(kept[1]) <= most, (address, at)
            assert "noindex" in headers["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in read(reader, record)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))
def test_the_time_that_an_answer_is_kept_ends_before_midnight(moment: datetime) -> None:
    now = timezone.make_aware(moment)
    kept = seconds_of_validity(now)
    assert 0 <= kept <= KEPT_AT_MOST
    assert (now + timedelta(seconds=kept)).date() == now.date()


def test_what_is_shown_on_any_day(house: CreditHouse) -> None:
    """Published, not withheld, not set aside, not over: whatever the day and whatever the sweep did."""
    proposed, measure = house.with_measure()
    record = house.published(record=proposed)
    starts, ends = Measure.objects.values_list("starts_on", "ends_on").get(pk=measure.pk)
    assert starts and ends

    @given(st.integers(-1200, 1200), st.booleans(), st.booleans(), st.booleans())
    def check(after: int, published: bool, withheld: bool, set_aside: bool) -> None:
        day = record.last_day + timedelta(days=after)
        CreditRecord.objects.filter(pk=record.pk).update(
            state="published" if published else "in_force",
            withheld_since=record.published_on if withheld else None,
            set_aside_on=record.published_on if set_aside else None,
        )
        shown = public_record(record.reference, day)
        expected = published and not withheld and not set_aside and after <= 0
        assert (shown is not None) == expected
        assert public_records(day, Wanted(code=record.respondent_code)).exists() == expected
        if shown is not None:
            assert bool(shown.applied) == (starts <= day <= ends)  # type: ignore[attr-defined]

    check()


@given(st.dates(date(2000, 1, 1)), st.integers(1, 10**17))
def test_a_mark_is_read_as_it_was_written(day: date, pk: int) -> None:
    assert Mark.read(str(Mark(day, pk))) == Mark(day, pk)


@pytest.mark.parametrize("text", ["", "x", "20261301-5", "20261101", "20261101-", "２０261101-5", "20261101-5\n"])
def test_other_marks_are_none(text: str) -> None:
    assert Mark.read(text) is None
    assert following(CreditRecord.objects.all(), Mark.read(text)).query is not None


def test_the_list_costs_the_same_for_many(
    house: CreditHouse, reader: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        house.published(record=house.with_measure()[0])
    costs: list[Callable[[], Any]] = [
        lambda: reader.get("/credit/", {"who": "建设"}),
        lambda: reader.get("/credit/", {"severity": "serious"}),
    ]
    for ask in costs:
        with django_assert_max_num_queries(2):
            assert ask().status_code == 200


def test_one_record_costs_a_handful(
    house: CreditHouse, reader: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    record = house.published(record=house.with_measure()[0])
    with django_assert_max_num_queries(4):
        read(reader, record)


def test_every_public_page_leads_here(reader: Client) -> None:
    for address in ("/", "/fees/", "/track/"):
        assert f'href="{reverse("credit:records")}"' in reader.get(address).content.decode()
