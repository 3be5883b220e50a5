"""Every operation of the schema as every role: the expectation follows from the roles, never from an answer."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from casework.cases.actors import Actor
from casework.cases.models import OutboxMessage
from casework.documents.evidence import evidence_add
from casework.documents.letters import render_issued
from casework.parties.models import Role, User
from complaints import services
from complaints.models import ArrearsComplaint
from tests.api.conftest import Caller, faults
from tests.factories import House, department, member

PUBLIC = {
    "disclosure_list",
    "complaint_file",
    "evidence_list",
    "evidence_upload",
    "evidence_remove",
    "track",
    "track_letter",
    "track_attachment",
    "track_answer_correction",
    "track_withdraw",
    "track_answer_payment",
    "track_give_satisfaction",
    "track_tell_facts",
    "track_request_receivable",
    "track_report_threat",
    "token_create",
    "division_list",
    "department_list",
    "term_list",
    "calculate_deadline",
    "fee_check",
    "calculate_enterprise_size",
    "calculate_interest",
    "deadline_rule_list",
    "industry_list",
    "letter_verify",
    "typical_case",
    "typical_case_list",
    "credit_record",
    "credit_record_list",
}
# With an access code of their own instead of an account; who may is tested in tests/fees/monitoring.
BY_CODE = {"monitoring_return", "monitoring_return_save", "monitoring_return_submit"}
# For staff; what they show is tested in tests/fees/monitoring and tests/credit.
STAFF = {"monitoring_figures", "monitoring_point_list", "credit_subject"}
ANY_ACCOUNT = {"case_list", "token_revoke"}
READING = {"case_detail", "case_letter", "case_attachment"}


def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Operation id to method, path and operation, from the schema that is generated from the URL conf."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


OPERATIONS = operations()
ACTIONS = {name for name in OPERATIONS if "/actions/" in OPERATIONS[name][1]}
# Who may do them is tested in test_side_acts.
SIDE_ACTS = {name for name in OPERATIONS if "/acts/" in OPERATIONS[name][1]}


def allowed_roles(action: str, state: str) -> set[str]:
    """Who may take an action from a state, by the checked-in table of the flow."""
    with (settings.BASE_DIR / "docs/flow/arrears.csv").open(encoding="utf-8") as file:
        table = [row for row in csv.DictReader(file) if row["allowed"] == "yes"]
    return {row["role"] for row in table if (row["action"], row["state"]) == (action, state)}


class Cast:
    """One person for each way of standing to a case; a filer, a stranger of each kind."""

    def __init__(self, house: House) -> None:
        elsewhere = department("440000", receiving=True, handling=True)
        self.filer = User.objects.create_user("filer", password="x")
        self.standing: dict[str, tuple[User, set[str], bool]] = {
            "clerk": (house.clerk, {"receiving_clerk"}, True),
            "receiving head": (house.receiving_head, {"receiving_clerk"}, True),
            "handler": (house.handler, {"handling_caseworker"}, True),
            "handling head": (house.head, {"handling_caseworker"}, True),
            "supervisor": (house.supervisor, set(), True),
            "auditor": (house.auditor, set(), True),
            "filer": (self.filer, {"complainant"}, True),
            "catalogue editor": (house.editor, set(), False),
            "credit officer": (house.credit_officer, set(), False),
            "system administrator": (house.sysadmin, set(), False),
            "superuser": (User.objects.create_superuser("root", password="x"), set(), False),
            "other account": (User.objects.create_user("other", password="x"), set(), False),
            **{
                f"{role} elsewhere": (member(role, elsewhere), set(), False)
                for role in (Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER, Role.DEPARTMENT_HEAD, Role.SUPERVISOR)
            },
        }


# The handling department comes to a case with its transfer; before that its people don't see it.
BEFORE_TRANSFER = {
    "request_correction",
    "answer_correction",
    "lapse",
    "accept",
    "refuse",
    "transfer",
    "withdraw",
    "reopen_for_transfer",
}
HANDLING_PEOPLE = {"handler", "handling head"}


def body_of(action: str, house: House) -> dict[str, Any]:
    """A right body without its version."""
    bodies: dict[str, dict[str, Any]] = {
        "request_correction": {"items": ["contract"]},
        "answer_correction": {"answer": "已补充"},
        "accept": {},
        "refuse": {"ground": "R1", "explanation": "理由"},
        "transfer": {"department": house.handling.pk},
        "receive": {},
        "start_handling": {"assignee": house.handler.username},
        "resolve": {"findings": "事实", "result": "结果"},
        "close": {"reason": "NO_CONTRACT"},
        "lapse": {"reason": "已送达，逾期未答复。"},
        "take_back": {},
        "terminate": {"ground": "NO_CONTRACT", "explanation": "理由"},
        "follow_up": {},
        "reopen": {},
        "reopen_for_transfer": {},
        "withdraw": {},
    }
    return bodies[action]


def case_for(action: str, house: House) -> ArrearsComplaint:
    """A case in a state in which the action can be taken."""

    def asked() -> ArrearsComplaint:
        return services.complaint_request_correction(
            complaint=house.submitted(), actor=Actor.person(house.clerk), items=["contract"]
        )

    stages: dict[str, Callable[[], ArrearsComplaint]] = {
        "answer_correction": asked,
        "transfer": house.accepted,
        "receive": house.transferred,
        "start_handling": house.received,
        "resolve": house.in_handling,
        "close": house.resolved,
        "lapse": house.unanswered,
        "take_back": house.return_asked,
        "terminate": house.in_handling,
        "follow_up": house.with_plan,
        "reopen": house.with_new_facts,
        "reopen_for_transfer": house.with_new_facts_untransferred,
    }
    return stages.get(action, house.submitted)()


def filed_by(case: ArrearsComplaint, user: User) -> ArrearsComplaint:
    ArrearsComplaint.objects.filter(pk=case.pk).update(complainant_user=user)
    return ArrearsComplaint.objects.get(pk=case.pk)


def send(client: Any, name: str, body: dict[str, Any] | None = None, **parts: object) -> Any:
    method, path, _operation = OPERATIONS[name]
    return getattr(client, method)(path.format(**parts), body)


def test_no_operation_escapes_this_test() -> None:
    assert {*PUBLIC, *BY_CODE, *STAFF, *ANY_ACCOUNT, *READING, *ACTIONS, *SIDE_ACTS} == set(OPERATIONS)
    assert {f"case_{action}" for action in BEFORE_TRANSFER} < ACTIONS


def test_the_schema_says_who_needs_to_sign_in() -> None:
    for name, (_method, _path, operation) in OPERATIONS.items():
        security = operation.get("security", [])
        assert (not security or {} in security) == (name in PUBLIC | BY_CODE), name


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - PUBLIC - BY_CODE))
def test_nobody_is_told_anything_without_signing_in(name: str, house: House, caller: Caller) -> None:
    response = send(caller(None), name, {}, reference=house.submitted().reference, id=1, code="2" * 18)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Token"
    assert faults(response) == {}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_operations_ask_nobody_to_sign_in(name: str, house: House, caller: Caller) -> None:
    parts = {"reference": "QK2026-000001-1", "id": 1, "vocabulary": "arrears.refusal", "code": "2" * 12}
    response = send(caller(None), name, {}, **parts)
    refused = (404,) if name in ("letter_verify", "typical_case", "credit_record") else (400, 415)
    assert response.status_code in ((200,) if name.endswith("_list") and "evidence" not in name else refused)


@pytest.mark.parametrize("name", sorted(BY_CODE))
def test_without_its_code_a_questionnaire_does_not_exist(name: str, house: House, caller: Caller) -> None:
    parts = {"reference": "MP2026-0001", "year": 2026, "quarter": 1}
    response = send(caller(None), name, {"version": 0, "payments": []}, **parts)
    assert response.status_code in (400, 404)
    assert "results" not in response.json()


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_actions_are_for_the_roles_of_the_table(name: str, house: House, caller: Caller) -> None:
    action = name.removeprefix("case_")
    cast = Cast(house)
    case = filed_by(case_for(action, house), cast.filer)
    body = {"version": case.version, **body_of(action, house)}
    for who, (user, roles, sees) in cast.standing.items():
        if action in BEFORE_TRANSFER and who in HANDLING_PEOPLE:
            sees = False
        expected = 404 if not sees else 200 if roles & allowed_roles(action, case.state) else 403
        with transaction.atomic():
            response = send(caller(user), name, body, reference=case.reference)
            assert response.status_code == expected, (who, response.json())
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(READING))
def test_reading_is_for_those_who_see_the_case(
    name: str, house: House, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.documents.letters.render_letter", lambda *_args: b"%PDF-1.7 a letter")
    cast = Cast(house)
    case = filed_by(house.in_handling(), cast.filer)
    upload = SimpleUploadedFile("合同.pdf", b"%PDF-1.7")
    (attachment,) = evidence_add(case=case, uploads=[upload], actor=Actor.complainant("x"))
    letter = case.letters.get(to_complainant=True)
    render_issued(OutboxMessage(payload={"letter": letter.pk}))
    identity = {"case_letter": letter.pk, "case_attachment": attachment.pk}.get(name)
    for who, (user, _roles, sees) in cast.standing.items():
        response = send(caller(user), name, reference=case.reference, id=identity)
        assert response.status_code == (200 if sees else 404), who
        if response.streaming:
            assert b"".join(response.streaming_content).startswith(b"%PDF-")
        if not sees:
            assert faults(response) == {}


def test_the_list_shows_a_case_to_those_who_see_it(house: House, caller: Caller) -> None:
    cast = Cast(house)
    case = filed_by(house.in_handling(), cast.filer)
    for who, (user, _roles, sees) in cast.standing.items():
        rows = send(caller(user), "case_list").json()["results"]
        assert [row["reference"] for row in rows] == ([case.reference] if sees else []), who
