"""The admin's way from a list to a published version; who may take which step; what is imported."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.parties.models import Division, Role, User
from fees.catalogue.kinds import CheckKind
from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion
from tests.factories import House, department, division, member
from tests.fees.conftest import Desk

pytestmark = pytest.mark.django_db
VERSIONS, LISTS, ENTRIES = (f"/admin/fees/catalogue{name}/" for name in ("version", "list", "entry"))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sheet(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("清单.csv", "\n".join(lines).encode(), "text/csv")


def test_the_whole_way(desk: Desk) -> None:
    editor, reviewer = client_of(desk.editor), client_of(desk.reviewer)
    response = editor.post(f"{LISTS}{desk.list.pk}/draft/")
    version = CatalogueVersion.objects.get()
    page = f"{VERSIONS}{version.pk}/"
    assert response.headers["Location"] == f"{page}change/"
    wrong = editor.post(f"{page}import/", {"file": sheet("项目名称,可计算标准", "占道费,约五元", ",5元/件")})
    assert wrong.status_code == 400
    assert "2 处问题，未写入任何内容" in wrong.content.decode()
    tried = editor.post(f"{page}import/", {"file": sheet("项目名称,可计算标准", "占道费,5元/件")}).content.decode()
    assert CatalogueEntry.objects.count() == 0
    (token,) = re.findall(r'name="token" value="([^"]+)"', tried)
    assert client_of(desk.colleague()).post(f"{page}import/", {"token": token}).status_code == 302
    assert CatalogueEntry.objects.count() == 0
    editor.post(f"{page}import/", {"token": token})
    assert CatalogueEntry.objects.get().name == "占道费"
    revision = CatalogueVersion.objects.get().revision
    for kind in CheckKind:
        words = {"kind": kind, "outcome": "passed", "document": "1号", "checked_on": "2026-01-05", "revision": revision}
        assert editor.post(f"{page}check/", words).status_code == 302
    seen = {"revision": revision, "compared": "on"}
    assert "另一人" in editor.get(f"{page}change/").content.decode()
    editor.post(f"{page}review/", seen)
    assert CatalogueVersion.objects.get().status == "draft"
    assert reviewer.post(f"{page}review/", {"revision": revision}).status_code == 400
    reviewer.post(f"{page}review/", seen)
    assert CatalogueVersion.objects.get().status == "reviewed"
    editor.post(f"{page}publish/", seen)
    assert CatalogueVersion.objects.get().status == "published"
    assert "已发布的版本不再变更" in editor.get(f"{page}change/").content.decode()


def entry_form(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "administrative", "division": "320100", "name": "停车费", "position": "1", "status": "added",
        "computable": "2元/小时", "own_columns": "备注：夜间减半", "approval_prerequisite": "unknown",
        "enterprise_related": "true", **changes,
    }  # fmt: skip


def test_an_entry_is_written_and_changed_in_a_form(desk: Desk) -> None:
    version, client = desk.draft(date(2026, 1, 10)), client_of(desk.editor)
    add = f"{ENTRIES}add/?version={version.pk}"
    refused = client.post(add, entry_form(computable="两元"))
    assert "不是可以计算的标准" in refused.content.decode()
    assert client.post(add, entry_form()).status_code == 302
    entry = CatalogueEntry.objects.get()
    assert (entry.standard[0]["amount"], entry.details, entry.enterprise_related) == (
        "2",
        {"remarks": "夜间减半"},
        True,
    )
    change = f"{ENTRIES}{entry.pk}/change/"
    assert "2元/小时" in client.get(change).content.decode()
    refused = client.post(change, entry_form(key=entry.key, status="suspended"))
    assert "请说明变动原因" in refused.content.decode()
    client.post(change, entry_form(key=entry.key, status="suspended", change_reason="停征"))
    entry.refresh_from_db()
    assert entry.status == "suspended"
    assert client.post(f"{ENTRIES}{entry.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not CatalogueEntry.objects.exists()


def test_strangers_read_and_change_nothing(desk: Desk) -> None:
    version = desk.draft(date(2026, 1, 10))
    entry = desk.entry(version, "占道费", "5元/件")
    client = client_of(desk.stranger)
    page = f"{VERSIONS}{version.pk}/"
    assert client.get(f"{page}change/").status_code == 200
    for step in ("head", "check", "import", "review", "return", "publish", "discard"):
        assert client.post(f"{page}{step}/", {}).status_code == 403, step
    assert client.post(f"{LISTS}{desk.list.pk}/draft/").status_code == 403
    assert client.post(f"{ENTRIES}{entry.pk}/change/", entry_form(key=entry.key)).status_code == 403
    assert client.get(f"{ENTRIES}add/?version={version.pk}").status_code == 403
    assert client.post(f"{ENTRIES}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    house = House()
    for user in (house.clerk, house.handler, house.credit_officer):
        for address in (VERSIONS, LISTS, ENTRIES, f"{page}change/", f"{LISTS}coverage/"):
            assert client_of(user).get(address).status_code == 403, (user, address)


def test_a_published_version_has_no_steps_left(desk: Desk) -> None:
    version = desk.draft(date(2026, 1, 10))
    entry = desk.entry(version, "占道费", "5元/件")
    version = desk.published(CatalogueVersion.objects.get(pk=version.pk))
    client, page = client_of(desk.editor), f"{VERSIONS}{version.pk}/"
    seen = {"revision": version.revision, "compared": "on"}
    for step in ("review", "return", "publish", "discard"):
        assert client.post(f"{page}{step}/", seen, follow=True).status_code == 200
    assert client.post(f"{ENTRIES}{entry.pk}/change/", entry_form(key=entry.key)).status_code == 403
    assert CatalogueVersion.objects.get().status == "published"
    assert CatalogueEntry.objects.get().name == "占道费"


def test_an_editor_makes_lists_for_the_own_place_only(desk: Desk) -> None:
    client = client_of(desk.editor)
    division("440000")
    form = {"code": "new-list", "name": "新清单", "kind": "local", "publisher_name": "某局", "sector": ""}
    assert "只能编制本部门" in client.post(f"{LISTS}add/", {**form, "division": "440000"}).content.decode()
    assert client.post(f"{LISTS}add/", {**form, "division": "320100"}).status_code == 302
    assert CatalogueList.objects.filter(code="new-list").exists()


def test_coverage_names_the_gaps_first(desk: Desk) -> None:
    version = desk.draft(date(2026, 1, 10), desk.make_list("jiangsu", "local", "320000"))
    desk.entry(version, "占道费", "5元/件", kind="administrative")
    desk.published(CatalogueVersion.objects.get(pk=version.pk))
    division("110000", "北京市")
    supervisor = member(Role.SUPERVISOR, department("000000"))
    page = client_of(supervisor).get(f"{LISTS}coverage/").content.decode()
    assert "未公布" in page
    assert page.index("北京市") < page.index("清单jiangsu")
    assert "清单nanjing" in page


def test_coverage_is_searched_and_filtered(desk: Desk) -> None:
    """A gap, an old list and a new one, each under its own filter; the counts know nothing of the filter."""
    supervisor = client_of(member(Role.SUPERVISOR, department("000000")))
    today = timezone.localdate()
    Division.objects.filter(pk="320000").update(name="江苏省")
    for code, age in (("jiangsu-old", 366), ("jiangsu-new", 365)):
        version = desk.draft(today - timedelta(days=age), desk.make_list(code, "local", "320000"))
        desk.entry(version, "占道费", "5元/件", kind="administrative")
        desk.published(CatalogueVersion.objects.get(pk=version.pk))

    def shown(**query: str) -> set[str]:
        answer = supervisor.get(f"{LISTS}coverage/", query)
        assert answer.status_code == 200
        assert [count for _code, _name, count, _query in answer.context["chips"]] == everything
        rows = (row.list.code for _heading, rows in answer.context["parts"] for row in rows if row.list)
        return set(rows)

    gaps = Division.objects.filter(level=Division.Level.PROVINCE).exclude(pk="320000").count() + 1
    everything = [gaps + 2, gaps, 1, 1]
    assert shown(standing="old") == {"jiangsu-old"}
    assert shown(standing="current") == {"jiangsu-new"}
    assert shown(standing="gap") == {"nanjing"}
    assert shown(standing="whatever") == {"jiangsu-old", "jiangsu-new", "nanjing"}
    assert shown(q="江苏 JIANGSU") == {"jiangsu-old", "jiangsu-new"}
    assert shown(q="南京市财政局", standing="gap") == {"nanjing"}
    assert shown(q="nanjing", standing="old") == shown(q="乌有之乡") == set()
    assert "没有符合条件的内容" in supervisor.get(f"{LISTS}coverage/", {"q": "乌有之乡"}).content.decode()


def test_coverage_costs_the_same_however_many_lists(desk: Desk) -> None:
    supervisor = client_of(member(Role.SUPERVISOR, department("000000")))
    supervisor.get(f"{LISTS}coverage/")
    with CaptureQueriesContext(connection) as few:
        supervisor.get(f"{LISTS}coverage/")
    for number in range(6):
        desk.make_list(f"list-{number}", place="320102")
    with CaptureQueriesContext(connection) as many:
        supervisor.get(f"{LISTS}coverage/")
    assert len(many) == len(few)
