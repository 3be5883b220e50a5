"""The list, opening a year, due days, disclosing in versions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.outbox import relay_lane
from casework.parties.models import Role, Subject
from casework.parties.subjects import subject_keep
from complaints.disclosure import answers, bodies, years
from complaints.disclosure.models import Disclosure, DisclosureObligation, ObligedBody
from tests.at_once import at_once, errors
from tests.complaints.disclosure.conftest import YEAR, Bureau, again, figures, nothing
from tests.factories import credit_code, department, division, member

pytestmark = pytest.mark.django_db


def refusal(call: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as caught:
        call()
    return dict(caught.value.errors)


def test_a_body_enters_the_register_and_gets_its_code_by_mail(bureau: Bureau, mailoutbox: list[Any]) -> None:
    body = bureau.body(name=" 示例公路中心 ")
    assert again(body).subject == Subject.objects.get(name="示例公路中心", kind="institution")
    code = bureau.codes[body.pk]
    assert not OutboxMessage.objects.filter(payload__icontains=code).exists()
    relay_lane("default")
    mail = next(mail for mail in mailoutbox if code in mail.body)
    assert mail.to == ["body@example.com"] and body.reference in mail.body
    assert answers.body_by_code(body.reference.lower(), code.lower().replace("-", " ")) == body


def test_a_new_code_ends_the_old_one_and_its_unsent_mail(bureau: Bureau, mailoutbox: list[Any]) -> None:
    body = bureau.body()
    _body, code = bodies.body_code_renew(body=body, user=bureau.handler)
    relay_lane("default")
    assert [code in mail.body for mail in mailoutbox] == [True]
    with pytest.raises(CaseNotFound):
        answers.body_by_code(body.reference, bureau.codes[body.pk])


def test_the_register_is_not_rewritten(bureau: Bureau) -> None:
    code = credit_code()
    subject_keep(code=code, name="示例城投集团", kind="large_enterprise", division=division("320106"))
    found = refusal(lambda: bureau.body(code=code, name="别的名称", kind="organ"))
    assert set(found) == {"name", "kind", "division"}
    assert Subject.objects.get(pk=code).name == "示例城投集团"


def test_what_is_known_from_a_case_is_neither_told_nor_in_the_way(bureau: Bureau) -> None:
    code = credit_code()
    subject_keep(code=code, name="案中名称", kind="other", division=division("320505"), is_listed=False)
    bureau.body(code=code, name="示例公园管理处")
    found = Subject.objects.get(pk=code)
    assert (found.name, found.kind, found.division_id, found.is_listed) == (
        "示例公园管理处",
        "institution",
        "320102",
        True,
    )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "social_organisation"}),
        ("is_state_owned", {"is_state_owned": True}),
        ("division", {"place": "320505"}),
        ("contact_email", {"contact_email": "nobody"}),
        ("code", {"code": "91320000000000001A"}),
        ("name", {"name": " "}),
    ],
)
def test_who_can_not_be_on_the_list(bureau: Bureau, field: str, changes: dict[str, Any]) -> None:
    assert set(refusal(lambda: bureau.body(**changes))) == {field}
    assert not ObligedBody.objects.filter(department=bureau.department).exists()


def test_only_the_departments_own_people_keep_its_list(bureau: Bureau) -> None:
    elsewhere = Bureau("320500")
    for user in (elsewhere.clerk, member(Role.SUPERVISOR, bureau.department), member(Role.AUDITOR, bureau.department)):
        with pytest.raises(ActionNotAllowed):
            bodies.body_register(department=bureau.department, user=user, data=bureau.data())
        with pytest.raises(ActionNotAllowed):
            years.year_open(department=bureau.department, user=user, year=YEAR)


def test_a_year_is_opened_once_and_again_only_for_who_is_new(bureau: Bureau, mailoutbox: list[Any]) -> None:
    for place in ("320102", "320104"):
        bureau.body(place)
    retired = bureau.body()
    bodies.body_retire(body=retired, user=bureau.clerk, reason="已撤销")
    assert (bureau.open(), bureau.open()) == (2, 0)
    late = bureau.body()
    assert bureau.open() == 1
    relay_lane("default")
    subjects = [mail.subject for mail in mailoutbox if "请最迟于2026年3月31日公开" in mail.subject]
    assert len(subjects) == 3
    assert answers.obligation_of(late, YEAR).opened_by == bureau.clerk


def test_a_year_is_opened_for_a_place(bureau: Bureau) -> None:
    bureau.body("320102")
    bureau.body("320104")
    assert bureau.open(division=division("320104")) == 1
    assert "" in refusal(lambda: bureau.open(division=division("320106")))


@pytest.mark.django_db(transaction=True)
def test_two_who_open_the_same_year_ask_everybody_once(bureau: Bureau) -> None:
    for _number in range(3):
        bureau.body()
    assert sorted(at_once(bureau.open, bureau.open)) == [0, 3]
    assert DisclosureObligation.objects.count() == 3


def test_the_year_has_to_be_over_and_the_decree_in_force(bureau: Bureau) -> None:
    bureau.body()
    this_year = timezone.localdate().year
    assert "year" in refusal(lambda: bureau.open(this_year, on=timezone.localdate()))
    # The decree took effect on 1 June 2025: the end of 2024 lies before it.
    assert "year" in refusal(lambda: bureau.open(2024))


@pytest.mark.parametrize(
    ("kind", "due", "article"),
    [
        ("organ", date(2026, 3, 31), "第十八条第一款"),
        ("institution", date(2026, 3, 31), "第十八条第一款"),
        # The annual report of an enterprise, for which there is time until 30 June.
        ("large_enterprise", date(2026, 6, 30), "企业信息公示暂行条例"),
    ],
)
def test_the_due_day_follows_from_the_kind(bureau: Bureau, kind: str, due: date, article: str) -> None:
    row = bureau.asked(kind=kind)
    assert (row.due_on, row.due_is_provisional) == (due, False)
    assert article in row.period.citation


def test_a_provisional_due_day_is_counted_again(bureau: Bureau) -> None:
    row = bureau.asked()
    DisclosureObligation.objects.filter(pk=row.pk).update(due_is_provisional=True, due_on=date(2026, 4, 1))
    assert years.provisional_dues_settle() == 1
    assert (again(row).due_on, again(row).due_is_provisional) == (date(2026, 3, 31), False)


def test_nothing_overdue_is_a_disclosure(bureau: Bureau) -> None:
    row = bureau.asked()
    said = bureau.disclosed(row, nothing())
    assert said.nothing_overdue and not said.amount and again(row).current == said


def test_a_correction_is_a_new_version_and_the_first_day_stays(bureau: Bureau) -> None:
    row = bureau.asked()
    first = bureau.disclosed(row)
    second = bureau.disclosed(row, figures(amount=Decimal("500000.00"), published_on=date(2026, 5, 4)))
    row = again(row)
    assert (first.number, second.number, row.current) == (1, 2, second)
    # Published in time once; the correction doesn't make it late.
    assert (row.published_on, row.is_late) == (date(2026, 3, 20), False)
    assert again(first).amount == Decimal("300000.00")


def test_what_was_disclosed_never_changes(bureau: Bureau) -> None:
    said = bureau.disclosed(bureau.asked())
    for change in (lambda: Disclosure.objects.filter(pk=said.pk).update(amount=1), said.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("contracts", figures(contracts=0)),
        ("amount", figures(amount=Decimal(0), disputed=Decimal(0))),
        ("longest_days", figures(longest_days=0)),
        ("disputed", figures(disputed=Decimal("300000.01"))),
        ("disputed", figures(disputed=Decimal("-1"))),
        ("amount", figures(nothing_overdue=True, contracts=0, disputed=Decimal(0), longest_days=0)),
        ("place", figures(place="在官网")),
        ("place", figures(place="javascript:alert(1)")),
        ("place", figures(medium="newspaper", place=" ")),
        ("medium", figures(medium="credit_system")),
        ("published_on", figures(published_on=date(2025, 12, 31))),
        ("published_on", figures(published_on=date(2999, 1, 1))),
        ("reported_on", figures(reported_to="示例水务局")),
        ("reported_to", figures(reported_on=date(2026, 3, 1))),
        ("reported_on", figures(reported_to="示例水务局", reported_on=date(2999, 3, 1))),
    ],
)
def test_what_can_not_be_disclosed(bureau: Bureau, field: str, said: answers.Figures) -> None:
    row = bureau.asked()
    assert set(refusal(lambda: bureau.disclosed(row, said))) == {field}
    assert again(row).current is None


def test_the_publicity_system_is_for_large_enterprises(bureau: Bureau) -> None:
    row = bureau.asked(kind="large_enterprise")
    said = bureau.disclosed(row, figures(medium="credit_system", place="2025年度报告"))
    assert said.medium == "credit_system"


@pytest.mark.parametrize(
    "values",
    [
        {"contracts": 0},
        {"amount": Decimal(0), "disputed": Decimal(0)},
        {"disputed": Decimal("300000.01")},
        {"nothing_overdue": True},
        {"place": ""},
        {"reported_to": "示例水务局"},
    ],
)
def test_the_database_holds_what_must_hold(bureau: Bureau, values: dict[str, Any]) -> None:
    row = bureau.asked()
    right = {name: getattr(figures(), name) for name in answers.FIELDS}
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.create(obligation=row, number=1, submitted_at=timezone.now(), **{**right, **values})


def test_a_draft_keeps_what_was_typed_and_is_no_disclosure(bureau: Bureau) -> None:
    row = bureau.asked()
    kept = answers.disclosure_save_draft(row=row, typed={"amount": "三十万", "other": "x"}, version=row.version)
    assert kept.draft["amount"] == "三十万" and "other" not in kept.draft
    assert again(row).current is None
    with pytest.raises(CaseChanged):
        answers.disclosure_save_draft(row=row, typed={}, version=row.version)


@pytest.mark.django_db(transaction=True)
def test_the_desk_and_the_body_at_once_make_one_version(bureau: Bureau) -> None:
    row = bureau.asked()

    def submit(user: Any) -> Any:
        return lambda: answers.disclosure_submit(row=row, figures=figures(), version=row.version, user=user)

    assert errors(at_once(submit(None), submit(bureau.clerk))) == [CaseChanged]
    assert again(row).disclosures.count() == 1


def test_who_registers_at_the_desk(bureau: Bureau) -> None:
    row = bureau.asked()
    with pytest.raises(ActionNotAllowed):
        bureau.disclosed(row, user=Bureau("320500").clerk)
    assert bureau.disclosed(row, user=bureau.handler).registered_by == bureau.handler


def test_who_is_off_the_list_opens_and_says_nothing(bureau: Bureau) -> None:
    row = bureau.asked()
    bodies.body_retire(body=row.body, user=bureau.clerk, reason="已撤销")
    with pytest.raises(CaseNotFound):
        answers.body_by_code(row.body.reference, bureau.codes[row.body_id])
    with pytest.raises(CaseChanged):
        bureau.disclosed(row)
    with pytest.raises(CaseChanged):
        bodies.body_retire(body=row.body, user=bureau.clerk, reason="再次")


def test_rows_are_seen_by_the_department_and_those_above(bureau: Bureau) -> None:
    row = bureau.asked()
    province, other = department("320000"), department("440000")
    seen = {
        "clerk": bureau.clerk,
        "supervisor of the province": member(Role.SUPERVISOR, province),
        "auditor of the province": member(Role.AUDITOR, province),
        "clerk of the province": member(Role.RECEIVING_CLERK, province),
        "supervisor elsewhere": member(Role.SUPERVISOR, other),
        "catalogue editor": member(Role.CATALOGUE_EDITOR, bureau.department),
    }
    found = {name: row in DisclosureObligation.objects.visible_to(user) for name, user in seen.items()}
    assert [name for name, sees in found.items() if sees] == list(seen)[:3]


def test_bodies_that_only_the_register_knows(bureau: Bureau) -> None:
    bureau.body()
    known = subject_keep(code=credit_code(), name="示例医院", kind="institution", division=division("320106"))
    subject_keep(code=credit_code(), name="示例小企业", kind="enterprise", division=division("320106"))
    subject_keep(code=credit_code(), name="案中医院", kind="institution", division=division("320106"), is_listed=False)
    subject_keep(code=credit_code(), name="示例外地医院", kind="institution", division=division("320505"))
    assert list(years.bodies_not_listed(bureau.department)) == [known]
