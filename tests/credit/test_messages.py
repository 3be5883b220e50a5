"""What the letters say, and who is told of what."""

from __future__ import annotations

import pytest
from django.core import mail

from casework.cases.models import OutboxMessage
from casework.cases.notify import deliver_email
from casework.credit.objections import services as objections
from casework.credit.repair import services as repair
from tests.credit.asking import day_of_notice, today
from tests.credit.counting import days_that_differ, working_days_later
from tests.credit.deeds import DEEDS, Scene, actor_named
from tests.credit.house import SUBJECT, CreditHouse
from tests.credit.test_two_at_once import STAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


def test_what_the_letters_say(house: CreditHouse) -> None:
    record, _measure = house.with_measure()
    record = house.published(record=record)
    notice, decided, repairing = record.letters.order_by("pk")
    assert [row.template for row in (notice, decided, repairing)] == [
        "credit_prior_notice",
        "credit_decision",
        "credit_repair_notice",
    ]
    for letter in (notice, decided, repairing):
        said = letter.variables
        assert (said["addressee"], said["subject_code"]) == (record.respondent_name, record.respondent_code)
        assert (said["finding_number"], said["last_day"]) == (record.finding_number, record.last_day.isoformat())
        assert letter.department == house.keeping
    assert (notice.variables["statement_days"], notice.variables["is_published"]) == (5, "是")
    assert notice.variables["measures"][0]["department"] == house.executing.name
    assert decided.variables["served_on"] == day_of_notice().isoformat()
    assert repairing.variables["repair_from"] == record.repair_from.isoformat()
    assert (repairing.variables["least_months"], repairing.variables["repair_days"]) == (12, 10)
    assert notice.issued_by == house.officer
    assert {decided.issued_by, repairing.issued_by} == {house.head}


def test_a_minor_record_says_that_it_is_not_published(house: CreditHouse) -> None:
    record = house.decided(severity="minor", publish=False)
    said = {row.template: row.variables for row in record.letters.all()}
    assert said["credit_prior_notice"]["is_published"] == said["credit_decision"]["is_published"] == ""
    assert said["credit_repair_notice"]["repair_from"] == record.finding_date.isoformat()


def test_the_answers_to_objection_and_application(house: CreditHouse) -> None:
    head = house.at(0, house.head)
    record = house.contested()
    objections.objection_decide(record=record, actor=head, outcome="corrected", reasons="核查属实。")
    said = record.letters.get(template="credit_objection_answer").variables
    assert (said["outcome"], said["is_founded"]) == ("异议成立，更正记录内容", "是")
    assert said["correct_by"] == working_days_later(today(), 3, days_that_differ()).isoformat()
    assert said["objection"] == "认定的金额有误，已支付一半。"
    asked = house.asked()
    repair.repair_refuse(record=asked, actor=head, reasons="尚欠余款。")
    said = asked.letters.get(template="credit_repair_decision").variables
    assert (said["is_granted"], said["reasons"]) == ("", "尚欠余款。")
    DEEDS["enter_repair"].do(Scene(house, house.fresh(asked)), SUBJECT)
    repair.repair_grant(record=asked, actor=head, reasons="条件具备。")
    assert asked.letters.filter(template="credit_repair_decision").latest("pk").variables["is_granted"] == "是"


# By deed: the stage before it, the mail to the subject, and whether the keeping department is told in its inbox.
MESSAGES = [
    ("proposed", "give_notice", "record_noticed", False),
    ("proposed", "drop", "", False),
    ("noticed", "serve", "", False),
    ("noticed", "issue_code", "", False),
    ("noticed", "enter_statement", "", True),
    ("noticed", "drop", "record_dropped", False),
    ("said", "answer_statement", "", False),
    ("served", "put_forward", "", True),
    ("submitted", "send_back", "", True),
    ("submitted", "decide", "record_decided", False),
    ("submitted", "drop", "record_dropped", False),
    ("in_force", "publish", "record_published", False),
    ("published", "correct", "record_corrected", False),
    ("published", "set_aside", "", True),
    ("published", "withhold", "", False),
    ("wrong", "annul", "record_annulled", False),
    ("published", "enter_objection", "", True),
    ("contested", "forward_objection", "", False),
    ("contested", "decide_objection", "objection_decided", True),
    ("published", "enter_reorganisation", "", True),
    ("asked", "repair", "record_repaired", False),
    ("asked", "refuse_repair", "repair_decided", False),
]


@pytest.mark.parametrize(("stage", "name", "template", "is_told"), MESSAGES)
def test_who_is_told(house: CreditHouse, stage: str, name: str, template: str, is_told: bool) -> None:
    record = house.fresh(STAGES[stage](house))
    known = set(OutboxMessage.objects.values_list("pk", flat=True))
    DEEDS[name].do(Scene(house, record), actor_named(DEEDS[name].by, house))
    new = list(OutboxMessage.objects.exclude(pk__in=known).exclude(channel="letter.render"))
    mails = [row for row in new if row.channel == "email"]
    assert [(row.payload["to"], row.payload["template"]) for row in mails] == (
        [("subject@example.com", template)] if template else []
    )
    executing = {house.executor.pk}
    inboxes = [set(row.payload["users"]) for row in new if row.channel == "inbox"]
    keeping = {getattr(house, who).pk for who in ("officer", "colleague", "head", "deputy", "clerk")}
    assert inboxes.count(keeping) == (1 if is_told else 0)
    # Those who carry a measure out hear of its beginning and of its end, and of nothing else.
    with_measure = name in ("decide", "annul", "repair")
    assert [users for users in inboxes if users != keeping] == ([executing] if with_measure else [])
    for message in mails:
        deliver_email(message)
    assert len(mail.outbox) == len(mails)
    assert all(record.reference in sent.subject and record.finding_number in sent.body for sent in mail.outbox)


def test_the_proposal_is_told_to_those_who_keep_records_only(house: CreditHouse) -> None:
    house.proposed()
    (message,) = OutboxMessage.objects.all()
    keeping = {getattr(house, who).pk for who in ("officer", "colleague", "head", "deputy", "clerk")}
    assert (message.channel, set(message.payload["users"])) == ("inbox", keeping)


def test_without_an_address_nobody_is_mailed(house: CreditHouse) -> None:
    house.published(contact_email="")
    assert not OutboxMessage.objects.filter(channel="email").exists()
