"""Every route of the site, the admin and the API, as every role: nobody learns of a case that is not theirs to see.

The case carries words that occur nowhere else. Whatever address is asked for, with whatever identifiers of that case,
the answer to somebody who may not see it holds none of them. A new route is walked without being named here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from casework.accounts.firms import member_remove
from casework.accounts.mandates import mandate_code, mandate_end, mandate_take_in
from casework.accounts.models import CaseSide, FirmMember
from casework.cases.actors import Actor
from casework.cases.models import Case, Notification, OutboxMessage, TimelineEvent
from casework.cases.outbox import relay_lane
from casework.credit.record.hearing import access_code_issue
from casework.credit.record.models import CreditRecord
from casework.documents.conversation.services import message_send
from casework.documents.evidence import evidence_stage
from casework.documents.models import Attachment, Letter, StagedFile
from casework.parties.models import STAFF_ROLES, Role, User
from casework.portal.drafts.services import draft_begin
from casework.portal.tus.services import upload_begin
from complaints import services
from complaints.flow import KIND as ARREARS
from fees.report.flow import KIND as FEE_REPORT
from tests.accounts.house import firm_of, joined, mandate_of, person
from tests.credit.house import CreditHouse
from tests.factories import House, credit_code, department, file_complaint, member

pytestmark = pytest.mark.django_db

WORDS = ("金丝雀机械", "金丝雀集团", "金丝雀合同", "金丝雀事实")
# Of a credit record in force that is not published.
RECORD_WORDS = ("金丝雀失信行为", "金丝雀认定文书", "record-canary@example.org")
# What the parties write in confidence, for those who handle the case alone.
MESSAGE_WORDS = ("金丝雀消息",)
# Of a filing that nobody sent yet.
DRAFT_WORDS = ("金丝雀草稿事实",)
CONTACT = ("金丝雀联系人", "13912345678", "canary@example.org")
# What anybody may open; everything else asks the anonymous to sign in, or says no.
PUBLIC = (
    "",
    "healthz",
    "readyz",
    "favicon.ico",
    "start/",
    "drafts/",
    "complaints/file/",
    "fees/report/file/",
    "complaints/new/",
    "complaints/places/320000/",
    "calculators/",
    "statistics/",
    "statistics/figures.csv",
    "statistics/figures.json",
    "help/",
    "help/counting-days/",
    "help/who-is-competent/",
    "accessibility/",
    "privacy/",
    "calculators/deadline/",
    "calculators/interest/",
    "calculators/size/",
    "fees/",
    "fees/check/",
    "fees/company/",
    "fees/lists/",
    "fees/feed/",
    "fees/notices/",
    "fees/typical-cases/",
    "fees/typical-cases/feed/",
    "api/v1/fees/typical-cases/",
    "credit/",
    "api/v1/credit/records",
    "api/v1/credit/records/",
    "fees/subscriptions/",
    "fees/subscriptions/asked/",
    "fees/report/",
    "fees/report/filed/",
    "fees/report/track/{reference}/",
    "fees/report/track/{reference}/add/",
    "fees/report/track/{reference}/withdraw/",
    "fees/monitoring/",
    "disclosures/",
    "disclosures/table.csv",
    "disclosures/table.json",
    "disclosures/enter/",
    "api/v1/disclosures",
    "api/v1/disclosures/",
    "respond/",
    "verify/",
    "track/",
    "track/{reference}/",
    "account/sign-in/",
    "admin/login/",
    "admin/jsi18n/",
    "api/v1/docs/",
    "api/v1/schema/",
    "api/v1/divisions/",
    "api/v1/departments/",
    "api/v1/terms/arrears.refusal/",
    "api/v1/calculators/deadline-rules",
    "api/v1/calculators/deadline-rules/",
    "api/v1/calculators/industries",
    "api/v1/calculators/industries/",
)
# Django's autocomplete answers 500 without its parameters; readiness is 503 where no broker runs.
AUTOCOMPLETE = "admin/autocomplete/?app_label=parties&model_name=membership&field_name=user"
SKIPPED = {"admin/logout/", "admin/autocomplete/"}


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def _addresses(world: World) -> list[str]:
    """Each route with the identifiers of the case put in wherever it asks for one."""
    found = []
    for route, pattern in _patterns(get_resolver()):
        if "(?P<" in route:
            continue
        names = list(pattern.pattern.converters) if hasattr(pattern.pattern, "converters") else []
        for values in world.identifiers(route, names):
            address = route
            for name, value in values.items():
                address = _fill(address, name, value)
            found.append(address.replace("^", ""))
    found += ["api/v1/terms/arrears.refusal/", "api/v1/nowhere/", "admin/nowhere/", "admin/complaints/"]
    found += [f"admin/complaints/arrearscomplaint/?q={word}" for word in WORDS] + [f"admin/search/?s={WORDS[0]}"]
    found += [AUTOCOMPLETE, f"api/v1/cases/?q={WORDS[0]}", f"reports/deadlines/?q={WORDS[0]}"]
    return sorted(set(found) - SKIPPED)


def _fill(route: str, name: str, value: str) -> str:
    start = route.index("<")
    while f"{name}>" not in route[start : route.index(">", start) + 1]:
        start = route.index("<", start + 1)
    return route[:start] + value + route[route.index(">", start) + 1 :]


class World:
    """One case with everything on it, a credit record beside it, and a person in every relation to the case."""

    def __init__(self) -> None:
        self.house = house = House()
        self.account = User.objects.create_user("account")
        key = "the-walk-through-every-route"
        evidence_stage(key=key, uploads=[SimpleUploadedFile("金丝雀合同.pdf", b"%PDF-1.4\n" + WORDS[2].encode())])
        filed = file_complaint(
            actor=Actor.complainant("x", user=self.account),
            key=key,
            complainant_name="金丝雀机械有限公司",
            # Not the next of the counter: one of its numbers is the example in the API's schema.
            complainant_code=credit_code(990_888_001),
            respondent_name="金丝雀集团有限公司",
            contract_title="金丝雀合同一号",
            facts="金丝雀事实经过",
            contact_name=CONTACT[0],
            contact_phone=CONTACT[1],
            contact_email=CONTACT[2],
        )
        case = services.complaint_accept(complaint=filed.complaint, actor=Actor.person(house.clerk))
        case = services.complaint_transfer(complaint=case, actor=Actor.person(house.clerk), department=house.handling)
        self.case = services.complaint_receive(complaint=case, actor=Actor.person(house.handler))
        message_send(case=self.case, actor=Actor.complainant("x", user=self.account), text=MESSAGE_WORDS[0])
        self.record = self._record()
        answers = {"facts": [DRAFT_WORDS[0]]}
        self.drafts = [draft_begin(kind=kind, answers=answers, owner=self.account) for kind in (ARREARS, FEE_REPORT)]
        self.uploads = self._uploads()
        relay_lane("default")
        relay_lane("letters")
        elsewhere = department("440000", receiving=True)
        self.strangers = {f"stranger {role}": member(role, elsewhere) for role in STAFF_ROLES}
        self.strangers["stranger without a role"] = User.objects.create_user("nobody")
        self.strangers |= {
            "editor": house.editor,
            "credit officer": house.credit_officer,
            "system administrator": house.sysadmin,
            "superuser": User.objects.create_superuser("root"),
        }
        self._holders()
        self.oversight = {"supervisor": house.supervisor, "auditor": house.auditor}
        self.workers = {
            "clerk": house.clerk,
            "receiving head": house.receiving_head,
            "handler": house.handler,
            "handling head": house.head,
        }

    def _holders(self) -> None:
        """The case is a firm's; those who had a part in it and have none any more are strangers to it."""
        account, gone, agent = self.account, person("走"), person("律师")
        self.firm = firm_of(account, name="示例企业", code=self.case.complainant_code)
        self.colleague = joined(self.firm, account, person("乙"))
        joined(self.firm, account, gone)
        member_remove(member=FirmMember.objects.get(user=gone), user=account)
        self.mandate = mandate_of(agent, self.firm.code)
        mandate_take_in(firm=self.firm, user=account, code=mandate_code(self.mandate))
        CaseSide.objects.create(case_id=self.case.pk, mandate=self.mandate, made_by=agent, made_at=timezone.now())
        mandate_end(mandate=self.mandate, user=account)
        other, busy = person("丁"), person("另一律师")
        firm_of(other, name="另一企业", code=self.firm.code)
        mandate_of(busy, self.firm.code)
        self.strangers |= {"ex-member": gone, "agent whose mandate ended": agent}
        self.strangers |= {"owner of another firm with the code": other, "agent with another mandate": busy}

    def _uploads(self) -> list[object]:
        """A file on its way for a form that nobody sent yet, and one that has arrived for it."""
        key, name = "a-form-that-nobody-sent-yet", "金丝雀合同二号.pdf"
        begun = upload_begin(key=key, vocabulary="", holder="somebody", address="somewhere", name=name, length=10)
        evidence_stage(key=key, uploads=[SimpleUploadedFile(name, b"%PDF-1.4\n")])
        return [begun.pk, StagedFile.objects.get(key=key).pk]

    def _record(self) -> CreditRecord:
        """In force with a measure, and read by nobody but those who keep it or watch over them."""
        credit = CreditHouse()
        self.keeper = credit.officer
        record, _measure = credit.with_measure(
            finding_number=RECORD_WORDS[1], conduct=RECORD_WORDS[0], contact_email=RECORD_WORDS[2]
        )
        return credit.decided(record=record, publish=False)

    def identifiers(self, route: str, names: list[str]) -> Iterator[dict[str, str]]:
        """Values for a route's parameters: every row of the case that the route could mean."""
        if not names:
            yield {}
            return
        letters = Letter.objects.filter(case=self.case).values_list("pk", flat=True)
        files = Attachment.objects.filter(case=self.case).values_list("pk", flat=True)
        rows = {
            "letters": letters,
            "uploads": self.uploads,
            "files": files,
            "attachments": files,
            "notification": Notification.objects.filter(case=self.case).values_list("pk", flat=True),
            "timelineevent": TimelineEvent.objects.filter(case=self.case).values_list("pk", flat=True)[:3],
            "outboxmessage": OutboxMessage.objects.filter(case=self.case).values_list("pk", flat=True),
            "user": [self.account.pk],
            "firms": [self.firm.pk],
            "mandates": [self.mandate.pk],
            "creditrecord": [self.record.pk],
            "measure": self.record.measures.values_list("pk", flat=True),
        }
        keys = next((list(found) for part, found in rows.items() if f"{part}/" in route), [self.case.pk])
        fixed = {"reference": self.case.reference, "parent": "320000", "content_type_id": "1", "action": "resolve"}
        if "credit/" in route:
            fixed["reference"] = self.record.reference
        if "file/" in route or "drafts/" in route:
            fixed |= {"number": self.drafts["fees/" in route].number, "slug": "story"}
        if "subject" in route:
            fixed["code"] = self.record.subject_id
        for key in keys:
            yield {name: fixed.get(name, str(key)) for name in names}


@pytest.fixture
def world() -> World:
    return World()


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _text(response: Any) -> str:
    """What the answer says, streamed and zipped (xlsx) content included."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"".join(archive.read(name) for name in archive.namelist())
    return str(body.decode("utf-8", "replace")) + str(response.headers.get("Content-Disposition", ""))


def _walk(world: World, user: User | None, words: tuple[str, ...]) -> list[str]:
    """The addresses whose answer fails or says one of the words."""
    client, faults = _client(user), []
    for address in _addresses(world):
        response = client.get(f"/{address}")
        text = _text(response)
        # A search page may repeat the word that was asked for, and nothing more.
        asked = address.partition("?")[2]
        said = [word for word in words if word in text and word not in asked]
        if (response.status_code >= 500 and address != "readyz") or said:
            faults.append(f"{response.status_code} {address} {said}")
    return faults


def test_who_may_not_see_the_case_learns_nothing_of_it(world: World) -> None:
    own_words = (*WORDS, *CONTACT, *MESSAGE_WORDS, *RECORD_WORDS, *DRAFT_WORDS)
    faults = {name: _walk(world, user, own_words) for name, user in world.strangers.items()}
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_anonymous_learn_nothing_and_are_asked_to_sign_in(world: World) -> None:
    words = (*WORDS, *CONTACT, *MESSAGE_WORDS, *RECORD_WORDS, *DRAFT_WORDS, world.case.complainant_code)
    assert _walk(world, None, words) == []
    client = _client(None)
    allowed = {address.format(reference=world.case.reference) for address in PUBLIC}
    # Below the address of a case or a monitoring point everybody gets the question for the secret, and only that.
    question = (
        *(f"{room}/{world.case.reference}/" for room in ("track", "fees/monitoring", "disclosures/body")),
        f"credit/track/{world.record.reference}/",
    )
    answered = [a for a in _addresses(world) if client.get(f"/{a}").status_code == 200 and a not in allowed]
    assert [address for address in answered if not address.startswith(question)] == []


def test_oversight_sees_the_case_but_not_how_to_reach_the_complainant(world: World) -> None:
    """Personal contact data are for those who handle the case (Decree 802 art. 25(5))."""
    for user in world.oversight.values():
        assert _walk(world, user, (*CONTACT, *MESSAGE_WORDS, *DRAFT_WORDS)) == []
        response = _client(user).get(f"/admin/complaints/arrearscomplaint/{world.case.pk}/change/")
        assert WORDS[0] in _text(response)


def test_those_who_work_on_the_case_reach_it_by_every_way(world: World) -> None:
    attachment, letter = Attachment.objects.get(case=world.case), Letter.objects.filter(case=world.case).first()
    assert letter is not None
    for name, user in world.workers.items():
        client = _client(user)
        for address in (
            f"/admin/complaints/arrearscomplaint/{world.case.pk}/change/",
            f"/api/v1/cases/{world.case.reference}/",
            f"/files/{attachment.pk}/",
            f"/letters/{letter.pk}/",
        ):
            response = client.get(address)
            assert response.status_code == 200, (name, address)
            assert _text(response)
        assert _walk(world, user, DRAFT_WORDS) == [], name


def test_only_its_owner_goes_on_with_a_draft(world: World) -> None:
    client = _client(world.account)
    for draft, room in zip(world.drafts, ("complaints/file", "fees/report/file"), strict=True):
        assert DRAFT_WORDS[0] in _text(client.get(f"/{room}/{draft.number}/story/"))


def test_a_firms_people_reach_their_case_and_none_of_the_offices_pages(world: World) -> None:
    for user in (world.account, world.colleague):
        client = _client(user)
        for address in (f"/track/{world.case.reference}/", f"/api/v1/cases/{world.case.reference}/", "/account/"):
            assert world.case.respondent_name in _text(client.get(address)), address
    offices = [a for a in _addresses(world) if a.startswith("admin/")]
    assert [a for a in offices if "?" not in a and WORDS[1] in _text(client.get(f"/{a}"))] == []


def test_a_handler_before_the_transfer_sees_nothing(world: World) -> None:
    """The case is the receiving department's alone until it is transferred."""
    Case.objects.filter(pk=world.case.pk).update(state="accepted", handling_department=None)
    assert _walk(world, world.workers["handler"], WORDS) == []
    assert Role.HANDLING_CASEWORKER in {held.role for held in world.house.handler.memberships.all()}


def test_the_subject_of_a_record_opens_its_own_pages_and_no_other(world: World) -> None:
    """A code opens one record: nothing of the case beside it, nothing of the offices."""
    client = _client(None)
    code = access_code_issue(record=world.record, actor=Actor.person(world.keeper))
    entered = client.post("/track/", {"reference": world.record.reference, "secret": code})
    own = f"credit/track/{world.record.reference}/"
    assert entered.headers["Location"] == f"/{own}"
    told = [a for a in _addresses(world) if RECORD_WORDS[0] in _text(client.get(f"/{a}"))]
    assert told == [own]
    strange = [
        a
        for a in _addresses(world)
        if any(word in _text(client.get(f"/{a}")) for word in (*WORDS, *CONTACT, *MESSAGE_WORDS))
    ]
    assert [a for a in strange if "?" not in a] == []
