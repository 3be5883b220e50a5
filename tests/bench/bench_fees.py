"""A check of a charge, and a search, over 100,000 fees in 500 lists; in a database of its own, dropped afterwards."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.test import Client  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402

from casework.parties.models import Division, User  # noqa: E402
from casework.parties.reference import load_divisions  # noqa: E402
from fees.catalogue.contents import complete_entry  # noqa: E402
from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion  # noqa: E402
from fees.catalogue.selectors import search_entries  # noqa: E402
from fees.verdict.selectors import check_charge  # noqa: E402

LISTS, ENTRIES_OF_LIST = 500, 200
BOUND_CHECK_MS, BOUND_SEARCH_MS = 20.0, 50.0
ROUNDS = 40
TODAY, SINCE = date(2026, 3, 1), date(2025, 1, 1)
# What names of fees are made of; the places' own words keep names apart as they do in real lists.
WHAT = (
    "占道", "停车", "机动车号牌", "土地闲置", "水土保持补偿", "不动产登记", "特种设备检验",
    "环境监测", "计量检定", "城市道路挖掘修复", "污水处理", "生活垃圾处理", "防空地下室易地建设", "无线电频率占用",
    "药品注册", "商标注册", "专利年检", "公路通行", "港口引航", "船舶检验", "排污权交易",
    "应收账款质押登记", "信用报告查询", "质量保证", "履约保证", "投标保证", "农民工工资保证", "招投标交易服务",
    "建设工程质量检测", "消防设施检测", "职业技能鉴定", "考试考务", "公证服务", "殡葬服务",
)  # fmt: skip
FOR = (
    "企业",
    "个体工商户",
    "施工单位",
    "运输单位",
    "生产单位",
    "经营单位",
    "进出口单位",
    "医疗机构",
    "学校",
    "金融机构",
)
ENDS = ("收费", "费", "服务费", "工本费", "手续费", "使用费", "管理费")


def _fill() -> None:
    load_divisions()
    draw = random.Random(20260301)
    places = list(Division.objects.filter(level__in=["province", "city"]).order_by("code"))
    writer, reader = User.objects.create_user("writer"), User.objects.create_user("reader")
    lists = [
        CatalogueList(
            code=f"list-{number}",
            name=f"清单{number}",
            kind="local",
            division=places[number % len(places)],
            publisher_name="x",
        )
        for number in range(LISTS)
    ]
    for place in range(10):
        lists[place].division_id = "000000"
    CatalogueList.objects.bulk_create(lists)
    for fee_list in lists:
        _publish(fee_list, draw, writer, reader)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _publish(fee_list: CatalogueList, draw: random.Random, writer: User, reader: User) -> None:
    version = CatalogueVersion.objects.create(fee_list=fee_list, number=1, effective_from=SINCE, drafted_by=writer)
    entries = []
    for number in range(ENTRIES_OF_LIST):
        what, whom, end = draw.choice(WHAT), draw.choice(FOR), draw.choice(ENDS)
        entry = CatalogueEntry(
            version=version, fee_list=fee_list, key=f"k{number}", position=number, kind="administrative",
            division_id=fee_list.division_id, name=f"{whom}{what}{end}", payee=draw.choice(("公安", "交通运输", "")),
            standard=[{"form": "fixed", "amount": "30", "unit": "件"}], standard_text="30元/件", legal_basis="某文件",
        )  # fmt: skip
        complete_entry(entry)
        entries.append(entry)
    CatalogueEntry.objects.bulk_create(entries)
    version.status, version.reviewed_by, version.published_by = "published", reader, writer
    version.save()


def _milliseconds(calls: list[Callable[[], Any]]) -> list[float]:
    """The time of each question, the best of three rounds: what it costs, not what else the machine does meanwhile."""
    best = [float("inf")] * len(calls)
    for _round in range(3):
        for place, call in enumerate(calls):
            start = time.perf_counter()
            call()
            best[place] = min(best[place], (time.perf_counter() - start) * 1000)
    return sorted(best)


def _tell(what: str, spent: list[float], bound: float) -> str:
    median, worst = statistics.median(spent), spent[int(len(spent) * 0.95)]
    print(f"{what:<46} median {median:6.1f} ms, 95 % {worst:6.1f} ms   < {bound:.0f} ms", flush=True)
    return "" if worst < bound else f"{what}: {worst:.1f} ms"


def _check(number: int) -> Callable[[], Any]:
    draw = random.Random(number)
    item = f"{draw.choice(FOR)}{draw.choice(WHAT)}{draw.choice(ENDS)}"
    return lambda: check_charge(
        item=item, division="320102", charged_on=TODAY + timedelta(days=number), amount=Decimal(60),
        quantity=Decimal(1), unit="件", payee="南京市公安局",
    )  # fmt: skip


def _search(words: list[str], division: str = "") -> Callable[[], Any]:
    rows: dict[str, Any] = {"words": words, "payee": "", "division": division, "kind": "", "day": TODAY}
    return lambda: list(search_entries(**rows)[:30])


def main() -> None:
    """Print a row for each question; raise when one is over its bound."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        start = time.perf_counter()
        _fill()
        count = CatalogueEntry.objects.count()
        print(f"{count:,} entries in {LISTS} lists written in {time.perf_counter() - start:.1f} s", flush=True)
        _milliseconds([_check(0), _search(["号牌"])])
        faults = [
            _tell("check of a charge", _milliseconds([_check(n) for n in range(ROUNDS)]), BOUND_CHECK_MS),
            _tell("search, one long word", _milliseconds([_search([w]) for w in WHAT]), BOUND_SEARCH_MS),
            _tell("search, two characters", _milliseconds([_search([w[:2]]) for w in WHAT]), BOUND_SEARCH_MS),
            _tell(
                "search, two words",
                _milliseconds([_search([w, f]) for w in WHAT[:9] for f in FOR[:4]]),
                BOUND_SEARCH_MS,
            ),
            _tell("search, at a place", _milliseconds([_search([w], "320102") for w in WHAT]), BOUND_SEARCH_MS),
        ]
        client = Client()
        pages: list[Callable[[], Any]] = [lambda w=w: client.get("/fees/", {"words": w}) for w in WHAT]  # type: ignore[misc]
        _tell("the whole search page", _milliseconds(pages), BOUND_SEARCH_MS * 4)
    finally:
        runner.teardown_databases(databases)
    if faults := [fault for fault in faults if fault]:
        raise AssertionError("; ".join(faults))
