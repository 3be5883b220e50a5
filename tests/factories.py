"""Small makers of test data, through the real services wherever one exists."""

from __future__ import annotations

import itertools
import secrets
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from stdnum.cn import uscc

from casework.cases.actors import Actor
from casework.cases.references import new_idempotency_key
from casework.parties.models import NATION, Department, Division, Membership, Role, User
from complaints import services
from complaints.closing import services as closing
from complaints.models import ArrearsComplaint
from complaints.money import services as money
from complaints.money.services import Promise
from complaints.services import Filed
from complaints.transfer import services as transfer

# Anywhere: several processes may write into one database, as the running stack's do.
_numbers = itertools.count(secrets.randbelow(800_000_000) + 10_000_000)


def credit_code(number: int | None = None) -> str:
    """A unified social credit code with a right checksum, belonging to nobody: 91 + 320000 + a number."""
    body = f"91320000{number or next(_numbers):09d}"
    return body + uscc.calc_check_digit(body)


def division(code: str = "320102", name: str = "") -> Division:
    """A division with all its parents."""
    if code == NATION:
        row, _ = Division.objects.get_or_create(code=NATION, defaults={"name": "全国", "level": "nation"})
        return row
    level, parent = ("county", code[:4] + "00") if code[4:] != "00" else ("city", code[:2] + "0000")
    if code[2:] == "0000":
        level, parent = "province", NATION
    row, _ = Division.objects.get_or_create(
        code=code, defaults={"name": name or f"区划{code}", "level": level, "parent": division(parent)}
    )
    return row


def department(code: str = "320000", *, receiving: bool = False, handling: bool = False, name: str = "") -> Department:
    """A department over a division."""
    # Not counted: several processes make departments in one running stack.
    number = uuid.uuid4().hex[:8]
    return Department.objects.create(
        name=name or f"测试部门{number}",
        document_code=f"测{number}函",
        division=division(code),
        is_receiving=receiving,
        is_handling=handling,
        contact_name="测试联系人",
        phone="025-00000000",
    )


def member(role: Role, at: Department, username: str = "", **extra: Any) -> User:
    """A staff user who holds a role in a department."""
    user = User.objects.create_user(
        username or f"user-{uuid.uuid4().hex[:12]}", password="secret-for-tests", is_staff=True, **extra
    )
    Membership.objects.create(user=user, department=at, role=role)
    return user


def clerk_of(case: ArrearsComplaint) -> User:
    """A new clerk of the department that received the case, whichever the routing chose among those that exist."""
    return member(Role.RECEIVING_CLERK, case.receiving_department)


def filing(**changes: Any) -> dict[str, Any]:
    """The fields of a right filing."""
    return {
        "complainant_name": "示例机械有限公司",
        "complainant_code": credit_code(),
        "complainant_size": "small",
        "contact_name": "张三",
        "contact_phone": "13800000000",
        "contact_email": "filer@example.com",
        "contact_address": "示例路1号",
        "respondent_name": "示例建设集团有限公司",
        "respondent_code": credit_code(),
        "respondent_type": "large_enterprise",
        "division": division("320102"),
        "contract_title": "设备采购合同 2025-01",
        "contract_object": "goods",
        "signed_on": date(2025, 6, 2),
        "delivered_on": date(2025, 7, 1),
        "contract_amount": Decimal("100000.00"),
        "paid_amount": Decimal("20000.00"),
        "amount": Decimal("80000.00"),
        "facts": "货物已交付并验收，对方一直未付余款。",
        "request": "支付余款 80000 元及逾期利息。",
        "undertaking": True,
        **changes,
    }


def file_complaint(actor: Actor | None = None, key: str = "", **changes: Any) -> Filed:
    """A submitted complaint; its receiving department must exist (see `receiving_house`)."""
    return services.complaint_file(
        data=filing(**changes),
        idempotency_key=key or new_idempotency_key(),
        actor=actor or Actor.complainant("示例机械有限公司"),
    )


class House:
    """A receiving department of Jiangsu, a handling one of Nanjing, and a person in each role."""

    def __init__(self) -> None:
        self.receiving = department("320000", receiving=True)
        self.handling = department("320100", handling=True)
        self.clerk = member(Role.RECEIVING_CLERK, self.receiving)
        self.receiving_head = member(Role.DEPARTMENT_HEAD, self.receiving)
        self.handler = member(Role.HANDLING_CASEWORKER, self.handling)
        self.head = member(Role.DEPARTMENT_HEAD, self.handling)
        self.supervisor = member(Role.SUPERVISOR, self.receiving)
        self.auditor = member(Role.AUDITOR, self.receiving)
        self.editor = member(Role.CATALOGUE_EDITOR, self.receiving)
        self.credit_officer = member(Role.CREDIT_OFFICER, self.receiving)
        self.sysadmin = member(Role.SYSTEM_ADMINISTRATOR, self.receiving)

    def submitted(self, **changes: Any) -> ArrearsComplaint:
        """A complaint under review."""
        return file_complaint(**changes).complaint

    def unanswered(self, **changes: Any) -> ArrearsComplaint:
        """A complaint whose correction request nobody answered in time."""
        long_ago = timezone.now() - timedelta(days=60)
        filed = file_complaint(actor=Actor.complainant("示例机械有限公司", at=long_ago), **changes)
        return services.complaint_request_correction(
            complaint=filed.complaint, actor=Actor.person(self.clerk, long_ago), items=["licence"]
        )

    def accepted(self, **changes: Any) -> ArrearsComplaint:
        """A complaint that waits for its transfer."""
        return services.complaint_accept(complaint=self.submitted(**changes), actor=Actor.person(self.clerk))

    def transferred(self, **changes: Any) -> ArrearsComplaint:
        """A complaint whose receipt is to be confirmed."""
        return services.complaint_transfer(
            complaint=self.accepted(**changes), actor=Actor.person(self.clerk), department=self.handling
        )

    def return_asked(self, **changes: Any) -> ArrearsComplaint:
        """A complaint that the handling department says isn't its to handle."""
        return transfer.complaint_ask_return(
            complaint=self.transferred(**changes),
            actor=Actor.person(self.handler),
            reason="被投诉人属于住建部门主管。",
            target=department("320500", handling=True),
        )

    def received(self, **changes: Any) -> ArrearsComplaint:
        """A complaint whose 30 days run."""
        return services.complaint_receive(complaint=self.transferred(**changes), actor=Actor.person(self.handler))

    def in_handling(self, **changes: Any) -> ArrearsComplaint:
        """A complaint that a caseworker works on."""
        return services.complaint_start_handling(complaint=self.received(**changes), actor=Actor.person(self.handler))

    def with_plan(self, **changes: Any) -> ArrearsComplaint:
        """A complaint with its result fed back and a signed plan of two instalments to come."""
        case = self.resolved(**changes)
        today = timezone.localdate()
        money.plan_sign(
            complaint=case,
            actor=Actor.person(self.handler),
            signed_on=today,
            instalments=[Promise(today + timedelta(days=30 * month), case.amount / 2) for month in (1, 2)],
        )
        return ArrearsComplaint.objects.get(pk=case.pk)

    def with_new_facts(self, **changes: Any) -> ArrearsComplaint:
        """A closed complaint on which the complainant told new facts."""
        case = services.complaint_close(
            complaint=self.resolved(**changes), actor=Actor.person(self.handler), reason="NO_CONTRACT"
        )
        closing.new_facts_tell(complaint=case, actor=Actor.complainant("示例机械有限公司"), text="找到了合同原件。")
        return ArrearsComplaint.objects.get(pk=case.pk)

    def with_new_facts_untransferred(self, **changes: Any) -> ArrearsComplaint:
        """A complaint terminated before its transfer, on which the complainant told new facts."""
        case = closing.complaint_terminate(
            complaint=self.accepted(**changes),
            actor=Actor.person(self.clerk),
            ground="NO_CONTRACT",
            explanation="双方没有合同。",
        )
        closing.new_facts_tell(complaint=case, actor=Actor.complainant("示例机械有限公司"), text="找到了合同原件。")
        return ArrearsComplaint.objects.get(pk=case.pk)

    def resolved(self, **changes: Any) -> ArrearsComplaint:
        """A complaint with its result fed back."""
        return services.complaint_resolve(
            complaint=self.in_handling(**changes),
            actor=Actor.person(self.handler),
            findings="双方对账一致。",
            result="被投诉人已支付全部余款。",
        )
