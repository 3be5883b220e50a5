"""Example accounts: a firm of two people and an agent, all of it development data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from casework.accounts.codes import account_begin, address_keep
from casework.accounts.delivery import invitation_code
from casework.accounts.firms import firm_found, firm_invite, firm_join
from casework.accounts.mandates import mandate_code, mandate_enter, mandate_take_in
from casework.accounts.models import Firm, Mandate, SignInAddress, Way
from casework.cases.outbox import without_wake
from casework.parties.models import User

FIRM, FIRM_CODE = "示例精密机械有限公司（演示）", "91320100MA1DEMO04D"
_PAPER = b"%PDF-1.4\n% development data, no legal force\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that a newcomer may sign in to; its codes land in the demo's mail folder."""

    email: str
    name: str
    what: str


OWNER = DemoAccount("zhang@demo.example", "张敏（演示）", "owner of a firm")
COLLEAGUE = DemoAccount("liu@demo.example", "刘洋（演示）", "member of the same firm")
AGENT = DemoAccount("lawyer@demo.example", "陈律师（演示）", "agent with a power of attorney")
ACCOUNTS = (OWNER, COLLEAGUE, AGENT)


def is_seeded() -> bool:
    """Whether the accounts are there."""
    return SignInAddress.objects.filter(way=Way.EMAIL, value=OWNER.email).exists()


def seed_accounts() -> tuple[Firm, Mandate]:
    """Make the accounts, the firm and the power of attorney, all or nothing."""
    with without_wake(), transaction.atomic():
        owner, colleague, agent = (_account(known) for known in ACCOUNTS)
        firm = firm_found(user=owner, name=FIRM, code=FIRM_CODE, is_development=True)
        firm_join(user=colleague, code=invitation_code(firm_invite(firm=firm, user=owner, email=COLLEAGUE.email).key))
        mandate = _mandate(agent)
        mandate_take_in(firm=firm, user=owner, code=mandate_code(mandate))
    return firm, mandate


def _account(known: DemoAccount) -> User:
    user = account_begin(display_name=known.name)
    address_keep(user=user, way=Way.EMAIL, value=known.email)
    return user


def _mandate(agent: User) -> Mandate:
    today = timezone.localdate()
    data = {
        "agent_name": "示例律师事务所（演示）",
        "kind": "lawyer",
        "principal_name": FIRM,
        "principal_code": FIRM_CODE,
        "scope": "代为提交投诉、补充材料、接收文书。",
        "valid_from": today,
        "valid_to": today + timedelta(days=180),
    }
    upload = SimpleUploadedFile("授权委托书（演示）.pdf", _PAPER)
    return mandate_enter(user=agent, data=data, upload=upload, is_development=True)
