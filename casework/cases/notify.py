"""Telling people: mails and texts to complainants, the inbox to staff and account holders, each by the outbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES, officer_role
from casework.cases.models import Case, Notification, OutboxMessage
from casework.cases.outbox import NewMessage, outbox_put_many, register_channel
from casework.cases.telling import sms
from casework.cases.telling.models import Extent, NoticePreference
from casework.cases.telling.selectors import is_told, preferences_of
from casework.cases.telling.sms import mobile_number
from casework.cases.verbs import Verb
from casework.parties.models import Department, Division, Membership, Role, User, division_prefix
from casework.product import PRODUCT_NAME


@dataclass(frozen=True)
class Address:
    """Where a complainant wants to be told."""

    email: str
    name: str = ""
    phone: str = ""


# Finds the addresses of many cases of one kind at once; a case without one is left out.
AddressFinder = Callable[[Collection[int]], Mapping[int, Address]]
_finders: dict[str, AddressFinder] = {}


def register_addresses(kind: str, finder: AddressFinder) -> None:
    """Say where the complainants of a kind of case want to be told; called from an app's ready()."""
    _finders[kind] = finder


# Says for cases that several people hold whose inboxes are told instead of the one that filed.
FollowerFinder = Callable[[Collection[int]], Mapping[int, Sequence[int]]]
_followers: list[FollowerFinder] = []


def register_followers(finder: FollowerFinder) -> None:
    """Say who follows a case that is not one account's alone; called from an app's ready()."""
    _followers[:] = [finder]


def followers_of(cases: Iterable[Case]) -> dict[int, Sequence[int]]:
    """The accounts that follow each case, by its id; one query, and none for cases that no account filed."""
    filers: dict[int, Sequence[int]] = {
        case.pk: [case.complainant_user_id] for case in cases if case.complainant_user_id
    }
    if filers and _followers:
        filers.update(_followers[0](filers.keys()))
    return filers


def addresses_of(cases: Iterable[Case]) -> dict[int, Address]:
    """The complainants' addresses by case id, one query for each kind; without those that gave none."""
    ids: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        ids[case.kind].append(case.pk)
    return {pk: address for kind in ids.keys() & _finders for pk, address in _finders[kind](ids[kind]).items()}


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened on a case.

    Args:
        payload: what the mail template `templates/mail/<verb>.txt` may use; never the secret.
        key: the same for the same occasion.
    """

    case: Case
    verb: Verb
    payload: Mapping[str, object]
    key: str

    def inbox(self, user_ids: list[int], to: str) -> NewMessage:
        """The message that brings it into inboxes; `to` tells those receivers from others of the same occasion."""
        content = {"users": user_ids, "verb": str(self.verb), "payload": dict(self.payload), "key": f"{self.key}-{to}"}
        return NewMessage("inbox", f"inbox-{self.key}-{to}", content, self.case)

    def email(self, to: Address) -> NewMessage:
        """The message that sends it as a mail."""
        content = {"to": to.email, "name": to.name, "template": str(self.verb), "context": dict(self.payload)}
        return NewMessage("email", f"email-{self.key}", content, self.case)

    def sms(self, number: str) -> NewMessage:
        """The message that sends its bare occasion to a phone: whoever looks at the screen learns nothing more."""
        with translation.override("zh-hans"):
            text = (
                f"【{PRODUCT_NAME}】编号{self.case.reference}：{self.verb.label}。"
                f"请凭编号和查询密码在 {settings.SITE_URL}/track/ 查看。工作人员不会向您索要查询密码。"
            )
        return NewMessage("sms", f"sms-{self.key}", {"to": number, "text": text, "verb": str(self.verb)}, self.case)


def notify_complainant(*, case: Case, to: Address, verb: Verb, payload: Mapping[str, object], key: str) -> None:
    """Tell the complainant by e-mail (if an address is known) and in the inbox of the account that filed.

    Args: those of `Notice`.
    """
    followers, chosen = followers_of([case]).get(case.pk, ()), preferences_of([case.pk]).get(case.pk)
    outbox_put_many(list(_for_complainant(Notice(case, verb, payload, key), to, followers, chosen)))


def notify_complainants(notices: Sequence[Notice]) -> None:
    """Tell the complainants of any number of cases, at the addresses that their kinds know."""
    cases = {notice.case.pk: notice.case for notice in notices}
    addresses, followers = addresses_of(cases.values()), followers_of(cases.values())
    chosen = preferences_of(cases)
    outbox_put_many(
        [
            new
            for notice in notices
            for new in _for_complainant(
                notice, addresses.get(notice.case.pk), followers.get(notice.case.pk, ()), chosen.get(notice.case.pk)
            )
        ]
    )


def _for_complainant(
    notice: Notice, to: Address | None, followers: Sequence[int], chosen: NoticePreference | None
) -> Iterator[NewMessage]:
    if to and to.email and is_told(notice.verb, chosen.email if chosen else Extent.ALL):
        yield notice.email(to)
    number = mobile_number(to.phone) if to and settings.SMS_URL else ""
    if number and is_told(notice.verb, chosen.sms if chosen else Extent.ACT):
        yield notice.sms(number)
    if followers:
        yield notice.inbox(list(followers), "filer")


def notify_department(
    *, case: Case, department: Department, verb: Verb, payload: Mapping[str, object], key: str
) -> None:
    """Tell everybody who works on cases in a department, in their inbox; other roles there see no case (art. 25(5))."""
    notify_departments([(department.pk, Notice(case, verb, payload, key))])


def tell_department(
    case: Case, department: Department, verb: Verb, payload: Mapping[str, object] | None = None
) -> None:
    """Tell a department about what a command just did; once for each version of the case."""
    notify_department(case=case, department=department, verb=verb, payload=payload or {}, key=occasion(case, verb))


def tell_people(case: Case, people: Iterable[User], verb: Verb) -> None:
    """Tell these people in their inboxes about what a command just did; without any, nobody is told."""
    if ids := sorted({person.pk for person in people}):
        outbox_put_many([Notice(case, verb, {}, occasion(case, verb)).inbox(ids, "people")])


def notify_people_of(department: int, roles: Collection[Role], notice: Notice) -> None:
    """Tell those who hold one of the roles in a department, in their inboxes; without any, nobody is told.

    Args:
        department: its id.
    """
    rows = Membership.objects.filter(department=department, user__is_active=True, role__in=roles)
    if users := sorted(set(rows.values_list("user_id", flat=True))):
        outbox_put_many([notice.inbox(users, f"d{department}")])


def notify_people_above(division: Division, notice: Notice) -> None:
    """Tell the supervisors of a place and of those above it, in their inboxes."""
    rows = Membership.objects.filter(user__is_active=True, role=Role.SUPERVISOR).select_related("department")
    above = {row.user_id for row in rows if division.code.startswith(division_prefix(row.department.division_id))}
    if above:
        outbox_put_many([notice.inbox(sorted(above), "supervisors")])


def occasion(case: Case, verb: Verb) -> str:
    """The key of what one command says: the version tells it from every other command on the case."""
    return f"{case.reference}-{verb}-{case.version}"


def notify_departments(notices: Sequence[tuple[int, Notice]]) -> None:
    """Tell those who work on cases in any number of departments; whose members they are is asked once.

    Args:
        notices: a department's id, and what it is told.
    """
    working = _working_in({department for department, _notice in notices}, {notice.case.kind for _d, notice in notices})
    outbox_put_many(
        [
            notice.inbox(users, f"d{department}")
            for department, notice in notices
            if (users := _told(working, department, notice.case.kind))
        ]
    )


_Working = Mapping[tuple[int, str], Collection[int]]


def _told(working: _Working, department: int, kind: str) -> list[int]:
    """Who in a department works on a kind: the officers of another kind see none of it."""
    roles: set[str | None] = {*RECEIVING_ROLES, *HANDLING_ROLES, officer_role(kind)}
    return sorted(
        {user for (place, role), users in working.items() if place == department and role in roles for user in users}
    )


def _working_in(departments: Collection[int], kinds: Collection[str]) -> _Working:
    roles = {*RECEIVING_ROLES, *HANDLING_ROLES, *filter(None, map(officer_role, kinds))}
    rows = Membership.objects.filter(department__in=departments, user__is_active=True, role__in=roles)
    users: dict[tuple[int, str], set[int]] = defaultdict(set)
    for department, role, user in rows.values_list("department_id", "role", "user_id"):
        users[department, role].add(user)
    return users


def deliver_inbox(message: OutboxMessage) -> None:
    """Write the inbox rows; a repeat finds them there."""
    content = message.payload
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user_id,
                case=message.case,
                key=f"{content['key']}-{user_id}",
                verb=content["verb"],
                payload=content["payload"],
                created_at=timezone.now(),
            )
            for user_id in content["users"]
        ],
        ignore_conflicts=True,
    )


def deliver_email(message: OutboxMessage) -> None:
    """Send one mail; its Message-ID is the outbox key, by which a receiver recognises a repeat."""
    content = message.payload
    case = message.case
    context = {
        **content["context"],
        "name": content["name"],
        "reference": case.reference if case else "",
        "tracking_url": f"{settings.SITE_URL}/track/",
        "is_development": bool(case and case.is_development),
    }
    with translation.override("zh-hans"):
        text = render_to_string(f"mail/{content['template']}.txt", context)
        subject, _blank, body = text.partition("\n")
        signed = f"{body.strip()}\n\n{PRODUCT_NAME}\n"
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    EmailMessage(
        subject=subject.strip(),
        body=signed,
        to=[content["to"]],
        headers={"Message-ID": f"<{message.key}@{host}>", "Idempotency-Key": message.key},
    ).send()


def register() -> None:
    """Attach the channels of this room."""
    register_channel("email", deliver_email)
    register_channel("inbox", deliver_inbox)
    sms.register()
