"""The enterprise's and the staff's pages: who gets in, what they say, how many questions a list asks."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string
from rest_framework.authtoken.models import Token

from casework.admin_site import UNFOLD
from casework.parties.models import STAFF_ROLES, Role, User
from fees.monitoring import services
from fees.monitoring.answers import return_of
from fees.monitoring.models import Alarm, MonitoringPoint, PaidItem, QuarterlyReturn, Round
from fees.monitoring.reminders import round_remind
from tests.factories import credit_code, department, division, member
from tests.fees.monitoring.conftest import QUARTER, Watch, payment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_old_tries() -> None:
    cache.clear()


def text(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opened(watch: Watch, point: MonitoringPoint) -> Client:
    client = Client()
    answer = client.post("/fees/monitoring/", {"reference": point.reference, "secret": watch.codes[point.pk]})
    assert answer.status_code == 302
    return client


def return_url(point: MonitoringPoint, page: str = "") -> str:
    return f"/fees/monitoring/{point.reference}/{QUARTER.year}/{QUARTER.number}/{page}"


def row_data(place: int = 0, **cells: str) -> dict[str, str]:
    typed = {
        "item": "年度会费", "payee": "示例行业协会", "payee_type": "association", "amount": "1,200元",
        "charged_on": QUARTER.last_day.isoformat(), **cells,
    }  # fmt: skip
    return {f"{place}-{name}": value for name, value in typed.items()}


def test_only_the_code_opens_a_points_pages(watch: Watch) -> None:
    row = watch.asked()
    point = row.point
    client = Client()
    for address in (f"/fees/monitoring/{point.reference}/", return_url(point), return_url(point, "receipt/")):
        assert point.name not in text(client.get(address))
        assert "填报码" in text(client.get(address))
    assert client.post(return_url(point), {"act": "save"}).status_code == 302
    assert "季度填报" in text(opened(watch, point).get(f"/fees/monitoring/{point.reference}/"))


def test_a_renewed_code_closes_open_browsers(watch: Watch) -> None:
    point = watch.point()
    client = opened(watch, point)
    services.point_code_renew(point=point, user=watch.clerk)
    assert point.name not in text(client.get(f"/fees/monitoring/{point.reference}/"))


def test_wrong_codes_are_counted_and_then_there_is_a_pause(watch: Watch) -> None:
    point, client = watch.point(), Client()
    for _try in range(10):
        answer = client.post("/fees/monitoring/", {"reference": point.reference, "secret": "wrong"})
        assert answer.status_code == 422
    right = {"reference": point.reference, "secret": watch.codes[point.pk]}
    assert client.post("/fees/monitoring/", right).status_code == 429
    # Whoever never tried wrongly gets in from elsewhere.
    assert client.post("/fees/monitoring/", right, REMOTE_ADDR="10.9.8.7").status_code == 302


def test_every_button_keeps_what_was_typed(watch: Watch) -> None:
    row = watch.asked()
    client, address = opened(watch, row.point), return_url(row.point)
    answer = client.post(address, {"act": "add", "version": "0", "rows": "1", **row_data(amount="很多")})
    assert 'name="rows" value="4"' in answer.content.decode()
    row.refresh_from_db()
    assert row.draft_rows[0]["amount"] == "很多"
    answer = client.post(address, {"act": "remove-0", "version": "1", "rows": "2", **row_data(), **row_data(1)})
    row.refresh_from_db()
    assert (len(row.draft_rows), row.version) == (1, 2)
    # Another tab saved meanwhile: nothing is lost on the page, nothing is overwritten.
    stale = client.post(address, {"act": "save", "version": "1", "rows": "1", **row_data(item="别的费")})
    assert stale.status_code == 409
    assert "别的费" in stale.content.decode()
    row.refresh_from_db()
    assert row.draft_rows[0]["item"] == "年度会费"


def test_a_check_says_what_the_catalogue_has(watch: Watch) -> None:
    row = watch.asked()
    answer = opened(watch, row.point).post(
        return_url(row.point), {"act": "check-0", "version": "0", "rows": "1", **row_data()}
    )
    assert "目录清单中未找到" in text(answer) or "清单" in text(answer)
    assert 'class="sheet verdict no"' in answer.content.decode()
    assert not PaidItem.objects.exists()


def test_from_review_to_receipt(watch: Watch) -> None:
    row = watch.asked()
    client = opened(watch, row.point)
    early = QUARTER.before.last_day.isoformat()
    answer = client.post(
        return_url(row.point), {"act": "review", "version": "0", "rows": "1", **row_data(charged_on=early)}
    )
    assert answer.status_code == 422
    assert "该日期不在本季度内" in text(answer)
    answer = client.post(return_url(row.point), {"act": "review", "version": "1", "rows": "1", **row_data()})
    assert answer.headers["Location"] == return_url(row.point, "review/")
    assert "1,200.00" in text(client.get(answer.headers["Location"]))
    done = client.post(answer.headers["Location"], {"version": "2"}, follow=True)
    assert "填报回执" in text(done)
    assert "示例行业协会" in text(done)
    services.round_close(row=row.round, user=watch.clerk)
    late = client.get(return_url(row.point))
    assert late.headers["Location"] == return_url(row.point, "receipt/")


def test_nothing_paid_is_an_answer(watch: Watch) -> None:
    row = watch.asked()
    client = opened(watch, row.point)
    data = {"act": "review", "version": "0", "rows": "1", "nothing_paid": "on"}
    client.post(return_url(row.point), data)
    assert "本季度没有缴纳此类收费" in text(
        client.post(return_url(row.point, "review/"), {"version": "1"}, follow=True)
    )


class World:
    """Two departments of different cities, each with a point, a submitted return and an alarm."""

    def __init__(self) -> None:
        self.own, self.other = Watch("320100"), Watch("440100")
        for watch, place in ((self.own, "320102"), (self.other, "440103")):
            points = [watch.point(place, name=f"企业{place}号") for _number in range(3)]
            watch.round()
            for point in points:
                watch.submitted(return_of(point, QUARTER), payment(f"乱收费{place}", division=place))

    def readers(self) -> dict[str, User]:
        """Who may see the first department's."""
        province = department("320000")
        return {
            "clerk": self.own.clerk,
            "handler": self.own.handler,
            "head": self.own.head,
            "supervisor": member(Role.SUPERVISOR, province),
            "auditor": member(Role.AUDITOR, province),
        }


def test_every_model_shows_each_role_its_own_and_nothing_else() -> None:
    world = World()
    models: tuple[Any, ...] = (MonitoringPoint, Round, QuarterlyReturn, PaidItem, Alarm)
    for name, user in world.readers().items():
        counts = [model.objects.visible_to(user).count() for model in models]
        assert counts == [3, 1, 3, 3, 1], name
        assert set(MonitoringPoint.objects.visible_to(user)) == set(
            MonitoringPoint.objects.filter(department=world.own.department)
        )
    nobody = [role for role in STAFF_ROLES if role in (Role.CATALOGUE_EDITOR, Role.CREDIT_OFFICER)]
    strangers = [member(role, world.own.department) for role in nobody]
    strangers += [
        member(Role.SYSTEM_ADMINISTRATOR, world.own.department),
        # Works on cases in the same city, for another department.
        member(Role.HANDLING_CASEWORKER, department("320100")),
        member(Role.SUPERVISOR, department("320500")),
        User.objects.create_user("nobody"),
        User.objects.create_superuser("root"),
    ]
    for user in strangers:
        assert [model.objects.visible_to(user).count() for model in models] == [0, 0, 0, 0, 0]


def test_pages_and_downloads_show_only_ones_own() -> None:
    world = World()
    outsider = member(Role.SUPERVISOR, department("320500"))
    alarm = Alarm.objects.get(division="320102")
    row = QuarterlyReturn.objects.filter(point__department=world.own.department)[0]
    addresses = {
        f"/admin/fees/monitoringpoint/{row.point_id}/change/",
        f"/admin/fees/round/{row.round_id}/change/",
        f"/admin/fees/quarterlyreturn/{row.pk}/change/",
        f"/admin/fees/alarm/{alarm.pk}/change/",
    }
    lists = {"/admin/fees/monitoringpoint/", "/admin/fees/quarterlyreturn/", "/admin/fees/alarm/"}
    figures = {"/admin/fees/round/figures/", f"/admin/fees/round/figures.xlsx?quarter={QUARTER.year}-{QUARTER.number}"}
    for name, user in world.readers().items():
        client = signed_in(user)
        for address in addresses | lists | figures:
            answer = client.get(address)
            assert answer.status_code == 200, (name, address)
            assert "440103" not in _content(answer), (name, address)
    client = signed_in(outsider)
    assert {client.get(address).status_code for address in addresses} == {404}
    assert all("320102" not in _content(client.get(address)) for address in lists)
    assert {signed_in(member(Role.CATALOGUE_EDITOR, world.own.department)).get(a).status_code for a in addresses} == {
        403
    }


def _content(answer: Any) -> str:
    if answer.content.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        return str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
    return str(answer.content.decode())


def test_new_alarms_stand_beside_the_menu() -> None:
    world = World()
    badge = "fees.monitoring.menu.alarm_badge"
    assert badge in str(UNFOLD)
    request = RequestFactory().get("/admin/")
    for user, number in ((world.own.clerk, "1"), (member(Role.CATALOGUE_EDITOR, world.own.department), "")):
        request.user = user
        assert import_string(badge)(request) == number
    Alarm.objects.update(status="looked_into", taken_by=world.own.clerk)
    request.user = world.own.clerk
    assert import_string(badge)(request) == ""


def test_supervisors_read_and_don_t_run(watch: Watch) -> None:
    row = watch.asked()
    watch.submitted(row, payment())
    client = signed_in(member(Role.SUPERVISOR, department("320000")))
    assert client.post(f"/admin/fees/monitoringpoint/{row.point_id}/code/").status_code == 403
    assert client.post(f"/admin/fees/round/{row.round_id}/close/").status_code == 403
    assert client.post(f"/admin/fees/round/{row.round_id}/remind/").status_code == 403
    assert client.post(f"/admin/fees/quarterlyreturn/{row.pk}/reopen/", {"reason": "x"}).status_code == 403
    assert client.get("/admin/fees/monitoringpoint/register/").status_code == 403
    assert "登记监测点" not in text(client.get("/admin/fees/monitoringpoint/"))


def test_a_draft_is_the_points_own(watch: Watch) -> None:
    row = watch.asked()
    opened(watch, row.point).post(return_url(row.point), {"act": "save", "version": "0", "rows": "1", **row_data()})
    page = text(signed_in(watch.clerk).get(f"/admin/fees/quarterlyreturn/{row.pk}/change/"))
    assert "年度会费" not in page
    assert "尚未提交" in page


def csv_of(*rows: str) -> SimpleUploadedFile:
    head = "企业名称,统一社会信用代码,区划代码,行业,联系人,联系电话,电子邮箱"
    return SimpleUploadedFile("points.csv", "\n".join([head, *rows]).encode("gb18030"))


def test_an_import_names_every_problem_and_writes_nothing(watch: Watch) -> None:
    known = watch.point()
    client = signed_in(watch.clerk)
    code = credit_code()
    file = csv_of(
        f"甲公司,{code},320102,制造业,张三,,a@example.com",
        f"乙公司,{code},320102,制造业,张三,,a@example.com",
        f"丙公司,{known.credit_code},999999,制造业,张三,,a@example.com",
        f"丁公司,{credit_code()},320102,无此行业,张三,x,没有",
    )
    answer = client.post("/admin/fees/monitoringpoint/import/", {"department": watch.department.pk, "file": file})
    assert answer.status_code == 400
    faults = {(fault.row, fault.column) for fault in answer.context["faults"]}
    assert faults == {
        (3, "统一社会信用代码"),
        (4, "统一社会信用代码"),
        (4, "区划代码"),
        (5, "行业"),
        (5, "联系电话"),
        (5, "电子邮箱"),
    }
    assert MonitoringPoint.objects.count() == 1


def test_an_import_registers_all_on_the_second_press(watch: Watch) -> None:
    client = signed_in(watch.clerk)
    division("320102")
    rows = [f"公司{n},{credit_code()},320102,C,张三,025-83000000,a{n}@example.com" for n in range(3)]
    page = client.post(
        "/admin/fees/monitoringpoint/import/", {"department": watch.department.pk, "file": csv_of(*rows)}
    )
    assert MonitoringPoint.objects.count() == 0
    token = {"token": page.context["token"]}
    assert client.post("/admin/fees/monitoringpoint/import/", token).status_code == 302
    assert MonitoringPoint.objects.count() == 3
    # The second press of an impatient finger finds nothing any more.
    client.post("/admin/fees/monitoringpoint/import/", token)
    assert MonitoringPoint.objects.count() == 3
    other = signed_in(Watch("320500").clerk)
    assert (
        other.post(
            "/admin/fees/monitoringpoint/import/", {"department": watch.department.pk, "file": csv_of(*rows)}
        ).status_code
        == 400
    )


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_lists_cost_the_same_however_long_they_are(watch: Watch) -> None:
    client = signed_in(watch.clerk)
    watch.point("320104")
    row = watch.asked()
    watch.submitted(row, payment())
    assert round_remind(row=row.round, user=watch.clerk) == 1
    addresses = (
        "/admin/fees/monitoringpoint/",
        "/admin/fees/round/",
        f"/admin/fees/round/{row.round_id}/change/",
        "/admin/fees/quarterlyreturn/",
        f"/admin/fees/quarterlyreturn/{row.pk}/change/",
        "/admin/fees/round/figures/",
    )
    for address in addresses:
        client.get(address)
    few = [queries(client, address) for address in addresses]
    for _number in range(4):
        watch.point("320104")
    services.round_invite(row=row.round, user=watch.clerk)
    for other in QuarterlyReturn.objects.exclude(pk=row.pk)[:2]:
        watch.submitted(other, payment("评审费"), payment("检测费"))
    watch.submitted(row, payment(), payment("评审费"), payment("检测费"))
    assert [queries(client, address) for address in addresses] == few


def test_the_api_for_a_point_and_for_staff(watch: Watch) -> None:
    row = watch.asked()
    client, headers = Client(), {"X-Access-Code": watch.codes[row.point_id]}
    address = f"/api/v1{return_url(row.point)}"
    assert client.get(address).status_code == 400
    assert client.get(address, headers={"X-Access-Code": "0" * 20}).status_code == 404
    assert client.get(address, headers=headers).json()["status"] == "draft"
    paid = {
        "item": "年度会费", "payee": "示例行业协会", "payee_type": "association",
        "charged_on": QUARTER.last_day.isoformat(), "amount": "1200.00",
    }  # fmt: skip
    send: dict[str, Any] = {"content_type": "application/json", "headers": headers}
    wrong = client.post(f"{address}submit/", {"version": 0, "payments": [{**paid, "amount": 1200}]}, **send)
    assert wrong.status_code == 400
    assert not PaidItem.objects.exists()
    saved = client.put(address, {"version": 0, "payments": [paid]}, **send).json()
    assert (saved["status"], saved["version"], saved["payments"]) == ("draft", 1, [])
    assert client.post(f"{address}submit/", {"version": 0, "payments": [paid]}, **send).status_code == 409
    done = client.post(f"{address}submit/", {"version": 1, "payments": [paid]}, **send).json()
    assert (done["status"], done["payments"][0]["verdict"]) == ("submitted", "not_in_catalogue")
    token = {"Authorization": f"Token {Token.objects.create(user=watch.head).key}"}
    (point,) = client.get("/api/v1/fees/monitoring/points/", headers=token).json()["results"]
    assert (point["reference"], "contact_email" in point) == (row.point.reference, False)
    question: dict[str, Any] = {"year": QUARTER.year, "quarter": QUARTER.number, "by": "payee"}
    figures = client.get("/api/v1/fees/monitoring/figures/", question, headers=token).json()
    assert figures["lines"][0] | {} == {
        "label": "示例行业协会", "payers": 1, "payments": 1, "total": "1200.00", "outside": "1200.00", "before": "0.00",
    }  # fmt: skip
    assert client.get("/api/v1/fees/monitoring/figures/", question).status_code == 401
    editor = Token.objects.create(user=member(Role.CATALOGUE_EDITOR, watch.department))
    assert (
        client.get(
            "/api/v1/fees/monitoring/figures/", question, headers={"Authorization": f"Token {editor.key}"}
        ).status_code
        == 403
    )
