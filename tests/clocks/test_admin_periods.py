"""The pages of rule versions: drafted, reviewed by a second person, published after a look at the effect."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.clocks.models import StatutoryPeriod
from casework.clocks.selectors import period_for
from casework.clocks.versions import period_fingerprint
from casework.parties.models import User
from tests.clocks.admin_pages import OTHERS, client_of, clock, fields_of, second_administrator
from tests.factories import House

pytestmark = pytest.mark.django_db
TRANSFER = "arrears.transfer"
STEPS = ("succeed", "review", "return", "publish")


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def client(house: House) -> Client:
    """The drafter's."""
    return client_of(house.sysadmin)


@pytest.fixture
def second(house: House) -> Client:
    """The reviewer's."""
    return client_of(second_administrator(house))


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:clocks_statutoryperiod_{name}", args=args)


def form_of(period: StatutoryPeriod, **changes: Any) -> dict[str, Any]:
    """What the browser sends of a draft's form."""
    plain = ("name", "amount", "unit", "due_month", "due_day", "hard_cap", "starts_on", "responsible")
    source = ("effective_from", "effective_to", "citation", "certainty")
    values = {name: getattr(period, name) for name in (*plain, *source)}
    values |= {"stops_on": ", ".join(period.stops_on), "warning_leads": ", ".join(map(str, period.warning_leads))}
    values |= {name: "on" for name in ("start_day_excluded", "roll_forward", "pausable") if getattr(period, name)}
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def succeed(client: Client, **changes: Any) -> StatutoryPeriod:
    """A draft of the second version of the transfer rule, begun by the button and saved by the form."""
    client.post(address("succeed", period_for(TRANSFER, date(2026, 3, 2)).pk))
    draft = StatutoryPeriod.objects.get(code=TRANSFER, status="draft")
    response = client.post(address("change", draft.pk), form_of(draft, **changes))
    assert response.status_code == 302, response.text
    draft.refresh_from_db()
    return draft


def confirm(client: Client, step: str, period: StatutoryPeriod) -> Any:
    """Open the step's page, tick the box, go on."""
    page = address(step, period.pk)
    sent = {**fields_of(client.get(page).text), "compared": "on"}
    response = client.post(page, sent, follow=True)
    period.refresh_from_db()
    return response


class TestWho:
    """System administrators and nobody else."""

    @pytest.mark.parametrize("name", OTHERS)
    def test_every_other_role_is_refused(self, house: House, client: Client, name: str) -> None:
        draft = succeed(client)
        other = client_of(getattr(house, name))
        pages = [address("changelist"), address("add"), address("change", draft.pk), address("delete", draft.pk)]
        answers = [other.get(page).status_code for page in pages]
        for step in STEPS:
            sent = {"seen": period_fingerprint(draft), "compared": "on"}
            answers.append(other.post(address(step, draft.pk), sent).status_code)
        assert set(answers) == {403}
        draft.refresh_from_db()
        assert draft.status == "draft"
        assert StatutoryPeriod.objects.filter(code=TRANSFER).count() == 2


class TestList:
    """What stands in the list."""

    def test_counts_the_open_deadlines_of_each_version(self, house: House, client: Client) -> None:
        for _ in range(7):
            clock(house, TRANSFER, date(2026, 3, 2))
        row = client.get(f"{address('changelist')}?q={TRANSFER}").text
        assert ">7<" in row.replace("\n", "").replace(" ", "")

    def test_asks_as_many_questions_whatever_it_shows(self, house: House, client: Client) -> None:
        page = address("changelist")
        client.get(page)
        with CaptureQueriesContext(connection) as few:
            client.get(f"{page}?q={TRANSFER}")
        for _ in range(3):
            clock(house, TRANSFER, date(2026, 3, 2))
        with CaptureQueriesContext(connection) as many:
            client.get(page)
        assert len(many) == len(few)


class TestDraft:
    """Begun as a copy, written by a form that names its faults at their fields."""

    def test_a_new_version_begins_as_a_copy(self, client: Client) -> None:
        before = period_for(TRANSFER, date(2026, 3, 2))
        draft = succeed(client, amount=5)
        assert (draft.version, draft.status, draft.amount) == (2, "draft", 5)
        assert (draft.citation, draft.stops_on, draft.warning_leads) == (
            before.citation,
            before.stops_on,
            before.warning_leads,
        )

    def test_the_button_opens_the_version_in_preparation(self, client: Client) -> None:
        draft = succeed(client)
        response = client.post(address("succeed", period_for(TRANSFER, date(2026, 3, 2)).pk))
        assert response["Location"] == address("change", draft.pk)
        assert StatutoryPeriod.objects.filter(code=TRANSFER).count() == 2

    def test_lists_are_written_as_text(self, client: Client) -> None:
        draft = succeed(client, warning_leads="1，7、3", stops_on="transferred; refused")
        assert draft.warning_leads == [7, 3, 1]
        assert draft.stops_on == ["transferred", "refused"]
        page = client.get(address("change", draft.pk)).text
        assert 'value="7, 3, 1"' in page
        assert 'value="transferred, refused"' in page

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("warning_leads", "3, x"),
            ("warning_leads", "0"),
            ("warning_leads", "99999999999999999999"),
            ("stops_on", "handed_over"),
            ("starts_on", "nothing_of_ours"),
            ("responsible", "nobody"),
            ("hard_cap", "5"),
            ("due_month", "3"),
            ("effective_to", "2000-01-01"),
            ("amount", "0"),
            ("citation", ""),
        ],
    )
    def test_a_fault_stands_at_its_field(self, client: Client, field: str, value: str) -> None:
        draft = succeed(client)
        before = period_fingerprint(draft)
        response = client.post(address("change", draft.pk), form_of(draft, **{field: value}))
        assert response.status_code == 200
        assert field in response.context["adminform"].form.errors
        draft.refresh_from_db()
        assert period_fingerprint(draft) == before

    def test_which_rule_it_belongs_to_stays(self, client: Client) -> None:
        draft = succeed(client, code="arrears.review", division="320000", status="published", version=9)
        assert (draft.code, draft.division, draft.status, draft.version) == (TRANSFER, "", "draft", 2)

    def test_a_rule_of_its_own_begins_by_the_form(self, client: Client) -> None:
        values = form_of(period_for(TRANSFER, date(2026, 3, 2)), code="arrears.new", division="", name="新期限")
        assert client.post(address("add"), values).status_code == 302
        row = StatutoryPeriod.objects.get(code="arrears.new")
        assert (row.status, row.version, row.drafted_by is not None) == ("draft", 1, True)

    def test_may_be_deleted_and_a_published_one_not(self, client: Client) -> None:
        draft = succeed(client)
        assert client.post(address("delete", draft.pk), {"post": "yes"}).status_code == 302
        assert not StatutoryPeriod.objects.filter(pk=draft.pk).exists()
        published = period_for(TRANSFER, date(2026, 3, 2))
        assert client.post(address("delete", published.pk), {"post": "yes"}).status_code == 403


class TestFourEyes:
    """Nobody reviews what was written by the same hand, on whatever way."""

    def test_the_drafter_is_told_why_not(self, client: Client) -> None:
        draft = succeed(client)
        assert "另一名系统管理员" in client.get(address("change", draft.pk)).text
        page = client.get(address("review", draft.pk)).text
        assert "另一名系统管理员" in page
        assert 'name="compared"' not in page

    def test_a_direct_post_of_the_drafter_is_refused(self, client: Client) -> None:
        draft = succeed(client)
        sent = {"seen": period_fingerprint(draft), "compared": "on"}
        response = client.post(address("review", draft.pk), sent, follow=True)
        assert "须由另一人复核" in response.text
        client.post(address("publish", draft.pk), sent)
        draft.refresh_from_db()
        assert (draft.status, draft.reviewed_by) == ("draft", None)

    def test_a_second_person_compares_and_reviews(self, client: Client, second: Client) -> None:
        draft = succeed(client, amount=5)
        page = second.get(address("review", draft.pk)).text
        assert page.count('class="cw-differs"') == 2  # amount, first day in force
        confirm(second, "review", draft)
        assert draft.status == "reviewed"
        assert draft.reviewed_by != draft.drafted_by

    def test_without_the_tick_nothing_happens(self, client: Client, second: Client) -> None:
        draft = succeed(client)
        assert second.post(address("review", draft.pk), {"seen": period_fingerprint(draft)}).status_code == 400
        draft.refresh_from_db()
        assert draft.status == "draft"

    def test_what_was_not_seen_is_not_reviewed(self, client: Client, second: Client) -> None:
        """The drafter changes the text while the other reads it."""
        draft = succeed(client, amount=5)
        seen = fields_of(second.get(address("review", draft.pk)).text)
        client.post(address("change", draft.pk), form_of(draft, amount=4))
        response = second.post(address("review", draft.pk), {**seen, "compared": "on"}, follow=True)
        assert "重新查看" in response.text
        draft.refresh_from_db()
        assert (draft.status, draft.amount) == ("draft", 4)

    def test_who_changes_somebody_elses_draft_becomes_its_drafter(self, client: Client, second: Client) -> None:
        draft = succeed(client)
        second.post(address("change", draft.pk), form_of(draft, amount=6))
        sent = {"seen": "", "compared": "on"}
        draft.refresh_from_db()
        second.post(address("review", draft.pk), {**sent, "seen": period_fingerprint(draft)})
        draft.refresh_from_db()
        assert draft.status == "draft"
        confirm(client, "review", draft)
        assert draft.status == "reviewed"

    def test_goes_back_to_draft(self, client: Client, second: Client) -> None:
        draft = succeed(client)
        confirm(second, "review", draft)
        client.post(address("return", draft.pk))
        draft.refresh_from_db()
        assert (draft.status, draft.reviewed_by) == ("draft", None)
        # A second time there is nothing to put back.
        assert "重新查看" in client.post(address("return", draft.pk), follow=True).text


class TestPublish:
    """The effect first, then the deed, once."""

    def reviewed(self, client: Client, second: Client, **changes: Any) -> StatutoryPeriod:
        draft = succeed(client, **{"amount": 5, "effective_from": "2026-03-03", **changes})
        confirm(second, "review", draft)
        assert draft.status == "reviewed"
        return draft

    def test_shows_what_then_happens(self, house: House, client: Client, second: Client) -> None:
        old = clock(house, TRANSFER, date(2026, 3, 2), complainant_name="无人应见之公司")
        new = clock(house, TRANSFER, date(2026, 3, 4), complainant_name="无人应见之公司")
        period = self.reviewed(client, second)
        page = client.get(address("publish", period.pk)).text
        assert new.case.reference in page
        assert old.case.reference not in page
        assert "v1 → v2" in page
        assert "2026-03-11" in page
        assert "无人应见之公司" not in page
        new.refresh_from_db()
        assert (new.due, new.period.version) == (date(2026, 3, 18), 1)
        response = confirm(client, "publish", period)
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.due, old.period.version) == (date(2026, 3, 16), 1)
        assert (new.due, new.period.version) == (date(2026, 3, 11), 2)
        assert "1个未结期限已变动" in response.text
        assert (period.status, period.published_by) == ("published", house.sysadmin)

    def test_a_published_version_is_read_and_not_changed(self, client: Client, second: Client) -> None:
        period = self.reviewed(client, second)
        confirm(client, "publish", period)
        page = client.get(address("change", period.pk)).text
        for person in (period.drafted_by, period.reviewed_by, period.published_by):
            assert str(person) in page
        assert "新建版本" in page
        before = period_fingerprint(period)
        assert client.post(address("change", period.pk), form_of(period, amount=1)).status_code == 403
        for step in ("review", "return", "publish"):
            client.post(address(step, period.pk), {"seen": before, "compared": "on"})
        period.refresh_from_db()
        assert (period.status, period_fingerprint(period)) == ("published", before)

    def test_the_second_of_two_is_told(self, client: Client, second: Client) -> None:
        period = self.reviewed(client, second)
        seen = fields_of(second.get(address("publish", period.pk)).text)
        confirm(client, "publish", period)
        response = second.post(address("publish", period.pk), {**seen, "compared": "on"}, follow=True)
        assert "该版本已发布" in response.text

    @pytest.mark.parametrize("changes", [{"effective_from": "2000-01-01"}])
    def test_what_can_not_be_published_says_why(self, client: Client, second: Client, changes: dict[str, str]) -> None:
        period = self.reviewed(client, second, **changes)
        page = client.get(address("publish", period.pk)).text
        assert 'name="compared"' not in page
        assert "2025-06-01" in page

    def test_a_rule_that_leaves_the_calendar_is_refused_in_words(
        self, house: House, client: Client, second: Client
    ) -> None:
        clock(house, TRANSFER, date(2026, 3, 4))
        period = self.reviewed(client, second, amount=9000)
        page = client.get(address("publish", period.pk))
        assert page.status_code == 200
        assert 'name="compared"' not in page.text
        response = client.post(
            address("publish", period.pk), {"seen": period_fingerprint(period), "compared": "on"}, follow=True
        )
        assert response.status_code == 200
        period.refresh_from_db()
        assert period.status == "reviewed"


def test_a_reader_of_the_form_is_never_the_root_of_a_500(house: House, client: Client) -> None:
    """Every version opens, whatever its unit and state."""
    assert isinstance(house.sysadmin, User)
    for period in StatutoryPeriod.objects.all():
        assert client.get(address("change", period.pk)).status_code == 200, period
    assert client.get(address("change", 999_999)).status_code == 302
