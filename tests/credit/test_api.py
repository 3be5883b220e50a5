"""Records in the API: open data for everybody, what applies to a subject for departments, each answer logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from casework.cases.actors import Actor
from casework.credit.lookups.models import SubjectLookup
from casework.credit.lookups.services import subject_lookup
from casework.credit.measures.models import Measure
from casework.credit.record import decision, ending
from casework.credit.record.models import CreditRecord
from casework.parties.models import Department, Membership, Role, User
from tests.api.conftest import faults
from tests.credit.clock import set_clock
from tests.credit.house import CreditHouse
from tests.factories import credit_code, department, member

pytestmark = pytest.mark.django_db
RECORDS, PURPOSE = "/api/v1/credit/records", "政府采购项目资格审查"
LOG = "/admin/credit/subjectlookup/"


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


@pytest.fixture
def anybody() -> APIClient:
    return APIClient(HTTP_ACCEPT_LANGUAGE="en")


def caller(user: User) -> APIClient:
    """A department's program, with its account's token."""
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=user)[0].key}")
    return client


def ask(user: User, code: str, **given: Any) -> Any:
    return caller(user).get(f"/api/v1/credit/subjects/{code}", {"purpose": PURPOSE, **given})


def shape(value: Any) -> Any:
    """The names of an answer, without what they hold."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else None


# Open data


def test_a_record_as_open_data(house: CreditHouse, anybody: APIClient) -> None:
    proposed, measure = house.with_measure()
    record = house.contested(record=proposed)
    measure.refresh_from_db()
    response = anybody.get(f"{RECORDS}/{record.reference}")
    assert response.json() == {
        "reference": record.reference,
        "subject": {"code": record.subject_id, "name": "示例建设集团有限公司", "kind": "large_enterprise"},
        "division": "320102",
        "severity": {
            "code": "serious", "version": 1, "label": "严重失信", "label_en": "serious",
            "citation": record.severity.citation, "certainty": "E",
        },
        "finding": {
            "number": record.finding_number, "date": record.finding_date.isoformat(),
            "authority": "南京市工业和信息化局", "legal_basis": "《保障中小企业款项支付条例》第二十六条",
            "conduct": "无正当理由拖欠中小企业货款，经责令改正仍未支付。",
        },
        "decided_by": house.keeping.name,
        "decided_on": timezone.localdate().isoformat(),
        "published_on": timezone.localdate().isoformat(),
        "repair_from": record.repair_from.isoformat(),
        "last_day": record.last_day.isoformat(),
        "is_contested": True,
        "measures": [
            {
                "code": "financing", "label": measure.item.label, "edition": measure.item.edition,
                "number": measure.item.number, "citation": measure.item.citation,
                "certainty": measure.item.certainty, "department": house.executing.name, "extent": "",
                "starts_on": timezone.localdate().isoformat(), "ends_on": record.last_day.isoformat(),
            }
        ],
        "is_development": False,
    }  # fmt: skip
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"].startswith("public, max-age=")
    listed = anybody.get(f"{RECORDS}/")
    assert listed.json() == {"next": None, "results": [response.json()]}
    assert listed.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_and_filters(house: CreditHouse, anybody: APIClient) -> None:
    records = [house.published() for _ in range(3)]
    minor = house.published(severity="minor", subject=house.subject(kind="organ", name="某某市示例局"))
    first = anybody.get(RECORDS, {"page_size": 3}).json()
    second = anybody.get(first["next"]).json()
    assert [row["reference"] for row in first["results"]] == [row.reference for row in (minor, records[2], records[1])]
    assert ([row["reference"] for row in second["results"]], second["next"]) == ([records[0].reference], None)
    for query in (
        {"code": minor.respondent_code}, {"words": "示例局 某某"}, {"severity": "minor"}, {"kind": "organ"},
        {"division": "320102", "words": "局"},
    ):  # fmt: skip
        assert [row["reference"] for row in anybody.get(RECORDS, query).json()["results"]] == [minor.reference], query


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "91320000000000001A"}, "code"),
        ({"code": ""}, "code"),
        ({"kind": "person"}, "kind"),
        ({"division": "32"}, "division"),
        ({"before": "17"}, "before"),
        ({"page_size": "0"}, "page_size"),
        ({"name": "x"}, "name"),
        ({"words": "x\0"}, "words"),
    ],
)
def test_what_is_asked_wrongly_is_named(anybody: APIClient, given: dict[str, str], field: str) -> None:
    response = anybody.get(RECORDS, given)
    assert response.status_code == 400
    assert set(faults(response)) == {field}


def test_of_an_ended_record_a_problem_without_a_name(
    house: CreditHouse, anybody: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = house.published()
    set_clock(monkeypatch, record.last_day + timedelta(days=1), time(0))
    response = anybody.get(f"{RECORDS}/{record.reference}")
    assert (response.status_code, response.json()["code"]) == (410, "record_ended")
    assert faults(response) == {}
    assert anybody.get(RECORDS).json()["results"] == []


def test_open_data_cost_the_same_for_many(
    house: CreditHouse, anybody: APIClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        house.published(record=house.with_measure()[0])
    # Six for the budget, two for the records and their measures.
    with django_assert_max_num_queries(8):
        assert len(anybody.get(RECORDS).json()["results"]) == 4


# What applies to a subject


def test_what_applies_to_a_subject(house: CreditHouse) -> None:
    subject = house.subject()
    proposed, measure = house.with_measure(subject=subject)
    record = house.decided(record=proposed, publish=False)
    public = house.contested(subject=subject, severity="general", finding_number="宁工信认〔2026〕99号")
    measure.refresh_from_db()
    response = ask(house.executor, subject.code)
    body = response.json()
    assert response.headers["Cache-Control"] == "no-store"
    assert body["subject"] == {"code": subject.code, "name": subject.name, "kind": "large_enterprise"}
    assert body["as_of"] == timezone.localdate().isoformat()
    assert [
        (row["reference"], row["severity"]["code"], row["is_published"], row["is_contested"], row["last_day"])
        for row in body["effective"]
    ] == [
        (public.reference, "general", True, True, public.last_day.isoformat()),
        (record.reference, "serious", False, False, record.last_day.isoformat()),
    ]
    assert body["effective"][1]["finding"]["number"] == record.finding_number
    assert body["measures"] == [
        {
            "record": record.reference, "code": "financing", "label": measure.item.label,
            "edition": measure.item.edition, "number": measure.item.number, "citation": measure.item.citation,
            "certainty": measure.item.certainty, "department": house.executing.name, "extent": "",
            "starts_on": timezone.localdate().isoformat(), "ends_on": record.last_day.isoformat(),
        }
    ]  # fmt: skip
    for secret in ("subject@example.com", house.head.username, house.officer.username):
        assert secret not in response.content.decode()


def test_withheld_and_set_aside_count_for_nobody_nor_do_their_measures(house: CreditHouse) -> None:
    officer, today = Actor.person(house.officer), timezone.localdate()
    withheld = house.decided(record=house.with_measure()[0])
    set_aside = house.published(record=house.with_measure()[0])
    for record in (withheld, set_aside):
        assert len(ask(house.executor, record.subject_id).json()["measures"]) == 1
    decision.record_withhold(record=withheld, actor=officer, ground="execution_suspended")
    ending.finding_set_aside(record=set_aside, actor=officer, on=today, by="复议决定")
    for record in (withheld, set_aside):
        body = ask(house.executor, record.subject_id).json()
        assert (body["effective"], body["measures"]) == ([], [])
        assert body["subject"]["name"] is None


def test_nobody_learns_which_codes_are_known(house: CreditHouse) -> None:
    """No records, ended ones, proposed ones, or a code that nobody ever heard of: the same answer."""
    ended = house.published()
    CreditRecord.objects.filter(pk=ended.pk).update(state="repaired")
    known, proposed, unknown = house.subject().code, house.proposed().subject_id, credit_code()
    answers = {}
    for code in (known, proposed, ended.subject_id, unknown):
        response = ask(house.executor, code)
        assert response.status_code == 200
        answers[code] = response.content.decode().replace(code, "")
    assert len(set(answers.values())) == 1
    body = ask(house.executor, unknown).json()
    assert (body["effective"], body["measures"]) == ([], [])
    assert body["subject"] == {"code": unknown, "name": None, "kind": None}


def test_who_may_ask(house: CreditHouse, anybody: APIClient) -> None:
    code = credit_code()
    address = f"/api/v1/credit/subjects/{code}"
    assert anybody.get(address, {"purpose": PURPOSE}).status_code == 401
    # A page that somebody opens must not ask in the name of the one who is signed in.
    session = Client()
    session.force_login(house.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert session.get(address, {"purpose": PURPOSE}).status_code == 401
    nobody = User.objects.create_user("without-a-role")
    for user in (house.sysadmin, house.editor, nobody, User.objects.create_superuser("credit-root")):
        response = ask(user, code)
        assert response.status_code == 403
        assert response.json()["code"] == "action_not_allowed"
    assert not SubjectLookup.objects.exists()
    for user in (
        house.officer, house.executor, house.head, house.clerk, house.supervisor, house.auditor, house.stranger,
    ):  # fmt: skip
        assert ask(user, code).status_code == 200
    Department.objects.filter(pk=house.executing.pk).update(is_active=False)
    assert ask(house.executor, code).status_code == 403
    User.objects.filter(pk=house.officer.pk).update(is_active=False)
    assert ask(house.officer, code).status_code == 401


def test_each_answer_is_logged_with_its_purpose(house: CreditHouse) -> None:
    code = credit_code()
    spaced = f"{code[:8].lower()} {code[8:]}"
    assert ask(house.executor, spaced, purpose=f"  {PURPOSE} ").status_code == 200
    row = SubjectLookup.objects.get()
    assert (row.user, row.department, row.code, row.purpose) == (house.executor, house.executing, code, PURPOSE)
    assert abs(timezone.now() - row.at) < timedelta(minutes=1)


def test_the_log_is_append_only(house: CreditHouse) -> None:
    ask(house.executor, credit_code())
    row = SubjectLookup.objects.get()
    for change in (lambda: SubjectLookup.objects.update(purpose="x"), row.delete):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("code", "given", "fields"),
    [
        ("91320000000000001A", {}, {"code"}),
        ("x", {}, {"code"}),
        (None, {"purpose": " "}, {"purpose"}),
        (None, {"purpose": "x"}, {"purpose"}),
        (None, {"purpose": "用" * 201}, {"purpose"}),
        (None, {"purpose": "a\0b"}, {"purpose"}),
        (None, {"department": "0"}, {"department"}),
        (None, {"department": "x"}, {"department"}),
        (None, {"reason": PURPOSE}, {"reason"}),
        ("x", {"purpose": "x"}, {"code", "purpose"}),
    ],
)
def test_a_wrong_question_is_named_and_not_logged(
    house: CreditHouse, code: str | None, given: dict[str, str], fields: set[str]
) -> None:
    response = ask(house.executor, code or credit_code(), **given)
    assert response.status_code == 400
    assert set(faults(response)) == fields
    assert not SubjectLookup.objects.exists()


def test_a_purpose_is_demanded(house: CreditHouse) -> None:
    response = caller(house.executor).get(f"/api/v1/credit/subjects/{credit_code()}")
    assert (response.status_code, set(faults(response))) == (400, {"purpose"})
    chinese = caller(house.executor).get(
        "/api/v1/credit/subjects/x", {"purpose": PURPOSE}, headers={"accept-language": "zh-hans"}
    )
    assert "营业执照" in faults(chinese)["code"]


def test_whoever_works_for_several_departments_says_for_which(house: CreditHouse) -> None:
    other = department("320100")
    Membership.objects.create(user=house.executor, department=other, role=Role.DEPARTMENT_HEAD)
    # A role without business here counts for no department.
    Membership.objects.create(user=house.executor, department=house.keeping, role=Role.CATALOGUE_EDITOR)
    response = ask(house.executor, credit_code())
    assert response.status_code == 400
    assert str(other.pk) in faults(response)["department"]
    assert set(faults(ask(house.executor, credit_code(), department=house.keeping.pk))) == {"department"}
    assert ask(house.executor, credit_code(), department=other.pk).status_code == 200
    assert SubjectLookup.objects.get().department == other


def test_look_ups_have_a_budget_of_their_own(house: CreditHouse, narrow_rate: Any) -> None:
    narrow_rate("2/min")
    assert [ask(house.executor, credit_code()).status_code for _ in range(3)] == [200, 200, 429]
    assert ask(house.officer, credit_code()).status_code == 200
    assert SubjectLookup.objects.count() == 3
    assert caller(house.executor).get("/api/v1/cases/").status_code == 200


@pytest.fixture
def narrow_rate(settings: Any) -> Iterator[Any]:
    """Sets the rate of look-ups."""

    def narrow(value: str) -> None:
        rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "lookup": value}
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    cache.clear()
    yield narrow
    cache.clear()


def test_a_look_up_costs_the_same_for_many(
    house: CreditHouse, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    subject = house.subject()
    for number in range(3):
        proposed = house.proposed(subject=subject, finding_number=f"宁工信认〔2026〕{number}号")
        house.decided(record=proposed)
    client = caller(house.executor)
    # Token, six for the budget, roles, log with its transaction, records, measures.
    with django_assert_max_num_queries(13):
        assert len(client.get(f"/api/v1/credit/subjects/{subject.code}", {"purpose": PURPOSE}).json()["effective"]) == 3


def test_what_applies_on_any_day(house: CreditHouse) -> None:
    """In force and not over, whether published or not, and measures within their own days."""
    proposed, measure = house.with_measure()
    record = house.decided(record=proposed, publish=False)
    patch = pytest.MonkeyPatch()
    starts, ends = Measure.objects.values_list("starts_on", "ends_on").get(pk=measure.pk)
    assert starts and ends

    @given(st.integers(-1200, 60), st.booleans())
    def check(after: int, repaired: bool) -> None:
        CreditRecord.objects.filter(pk=record.pk).update(state="repaired" if repaired else "in_force")
        day = record.last_day + timedelta(days=after)
        with patch.context() as at_day:
            set_clock(at_day, day)
            answer = subject_lookup(user=house.executor, code=record.subject_id, purpose=PURPOSE)
        assert len(answer.records) == (not repaired and after <= 0)
        assert len(answer.measures) == (not repaired and after <= 0 and starts <= day <= ends)

    check()


def test_known_answers_have_one_shape(house: CreditHouse) -> None:
    """What a program reads doesn't depend on what applies."""
    record = house.decided(record=house.with_measure()[0])
    full, empty = ask(house.executor, record.subject_id).json(), ask(house.executor, credit_code()).json()
    assert shape({**full, "effective": [], "measures": []}) == shape(empty)


# The log as staff read it


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_heads_read_their_own_departments_log_and_auditors_their_divisions(house: CreditHouse) -> None:
    ours, theirs = credit_code(), credit_code()
    ask(house.officer, ours)
    ask(house.stranger, theirs)
    far_head = member(Role.DEPARTMENT_HEAD, Department.objects.get(pk=house.stranger.held_roles[0].department_id))
    far_auditor = member(Role.AUDITOR, far_head.held_roles[0].department)
    for user, seen, hidden in (
        (house.head, ours, theirs), (house.auditor, ours, theirs), (far_head, theirs, ours),
        (far_auditor, theirs, ours), (member(Role.DEPARTMENT_HEAD, house.executing), "", ours),
    ):  # fmt: skip
        response = signed_in(user).get(LOG)
        assert response.status_code == 200
        text = response.content.decode()
        assert seen in text
        assert hidden not in text
        if seen:
            assert PURPOSE in text
            assert seen in signed_in(user).get(f"{LOG}?q={seen[:10]}").content.decode()


def test_others_dont_read_the_log(house: CreditHouse) -> None:
    ask(house.officer, credit_code())
    for user in (house.officer, house.clerk, house.supervisor, house.sysadmin, house.editor, house.executor):
        assert signed_in(user).get(LOG).status_code == 403
        assert not SubjectLookup.objects.visible_to(user).exists()
        assert LOG not in signed_in(user).get("/admin/").content.decode()
    row = SubjectLookup.objects.get()
    head = signed_in(house.head)
    assert LOG in head.get("/admin/").content.decode()
    assert head.get(f"{LOG}{row.pk}/change/").status_code == 404
    assert head.get(f"{LOG}add/").status_code == 403
    assert head.post(f"{LOG}{row.pk}/delete/", {"post": "yes"}).status_code == 403
