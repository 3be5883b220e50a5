"""People with accounts, firms and powers of attorney, as tests need them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from casework.accounts.codes import account_begin, address_keep
from casework.accounts.delivery import invitation_code
from casework.accounts.firms import firm_found, firm_invite, firm_join
from casework.accounts.mandates import mandate_enter
from casework.accounts.models import Firm, Mandate
from casework.cases.actors import Actor
from casework.parties.models import User
from complaints.models import ArrearsComplaint
from complaints.services import Filed
from tests.factories import credit_code, file_complaint


def person(name: str = "王会计", email: str = "") -> User:
    """An account, with an address when one is given."""
    user = account_begin(display_name=name)
    if email:
        address_keep(user=user, way="email", value=email)
    return user


def firm_of(user: User, name: str = "示例机械有限公司", code: str = "") -> Firm:
    """A firm that the account owns."""
    return firm_found(user=user, name=name, code=code or credit_code())


def joined(firm: Firm, owner: User, user: User, role: str = "member") -> User:
    """The user, invited and in."""
    row = firm_invite(firm=firm, user=owner, email=f"x{user.pk}@example.org", role=role)
    firm_join(user=user, code=invitation_code(row.key))
    return user


def paper(name: str = "授权委托书.pdf") -> SimpleUploadedFile:
    """A signed document."""
    return SimpleUploadedFile(name, b"%PDF-1.4\nauthorised")


def mandate_of(agent: User, code: str, *, first: date | None = None, last: date | None = None) -> Mandate:
    """A power of attorney, valid from today for a month unless said otherwise."""
    today = timezone.localdate()
    data = {
        "agent_name": "示例律师事务所",
        "kind": "lawyer",
        "principal_name": "示例机械有限公司",
        "principal_code": code,
        "scope": "代为提交投诉、补正材料、接收文书。",
        "valid_from": first or today,
        "valid_to": last or today + timedelta(days=30),
    }
    return mandate_enter(user=agent, data=data, upload=paper())


def filed_by(user: User, code: str, files_for: str = "", **changes: Any) -> Filed:
    """A complaint that the account filed on the portal, for the one it chose there; "" leaves it to the code."""
    user.files_for = files_for
    return file_complaint(actor=Actor.complainant("x", user), complainant_code=code, **changes)


def browser(user: User | None = None) -> Client:
    """A browser, signed in if a user is given."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opens(user: User, case: ArrearsComplaint) -> bool:
    """Whether the account opens the case's page, and reads on it whom it is about."""
    response = browser(user).get(f"/track/{case.reference}/")
    return response.status_code == 200 and case.respondent_name in response.content.decode()
