"""What the tests of the admin's pages share: people, forms as a browser would send them, cases with one clock."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

from django.db import transaction
from django.test import Client

from casework.cases.actors import Actor
from casework.cases.commands import clock_start
from casework.clocks.models import Deadline
from casework.parties.models import Role, User
from tests.factories import House, member

OTHERS = ("clerk", "receiving_head", "handler", "head", "supervisor", "auditor", "editor", "credit_officer")


def client_of(user: User) -> Client:
    """Signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def second_administrator(house: House) -> User:
    """Another system administrator, for what needs four eyes."""
    return member(Role.SYSTEM_ADMINISTRATOR, house.receiving)


def fields_of(html: str) -> dict[str, str]:
    """The hidden inputs, text inputs and text areas of the page's form, as they would be sent back."""
    fields = dict(re.findall(r'<input type="(?:hidden|text|number)" name="(\w+)" value="([^"]*)"', html))
    fields |= re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL)
    fields.pop("csrfmiddlewaretoken", None)
    return {name: unescape(value) for name, value in fields.items()}


def clock(house: House, code: str, started_on: date, **case: Any) -> Deadline:
    """A clock that runs alone on a case of its own."""
    filed = house.submitted(**case)
    with transaction.atomic():
        Deadline.objects.filter(case=filed).delete()
        return clock_start(case=filed, code=code, on=started_on, actor=Actor.person(house.clerk))
