"""Names are hidden, whatever they are; and what must not be read is found, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fees.exposure.leaks import LeakKind, Secret, find_leaks
from fees.exposure.masking import mask_organisation, mask_person, mask_text

WORDS = st.text(alphabet="某单位当事人收费主体行业协会公司江苏省南京市张欧阳a ·", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("name", "place", "shown"),
    [
        ("江苏省机械行业协会", "", "某协会"),
        ("江苏省机械行业协会", "江苏省", "江苏省某行业协会"),
        ("南京市示例商会", "江苏省南京市", "江苏省南京市某商会"),
        ("示例供电有限公司", "", "某供电企业"),
        ("示例自来水有限责任公司", "", "某供水企业"),
        ("家乐福超市有限公司", "", "某公司"),
        ("示例银行股份有限公司南京分行", "", "某银行"),
        ("示例不动产登记中心", "", "某中心"),
        ("乌有", "", "某单位"),
        ("", "江苏省", ""),
    ],
)
def test_an_organisation_becomes_its_kind(name: str, place: str, shown: str) -> None:
    assert mask_organisation(name, place) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张某"), ("欧阳修", "欧阳某"), ("欧阳", "欧某"), ("John Smith", "J某"), (" ", "")]
)
def test_a_person_keeps_the_family_name(name: str, shown: str) -> None:
    assert mask_person(name) == shown


@given(name=WORDS, place=st.sampled_from(["", "江苏省", "江苏省南京市"]))
def test_what_is_masked_never_holds_the_name(name: str, place: str) -> None:
    if clean := name.strip():
        assert clean not in mask_organisation(name, place)
        assert clean not in mask_person(name)


@given(text=st.text(alphabet="某张三李四协会，", max_size=40), names=st.lists(WORDS, max_size=4))
def test_a_text_holds_none_of_the_names(text: str, names: list[str]) -> None:
    masked = mask_text(text, {name: mask_person(name) for name in names})
    assert [name for name in names if name in masked] == []


def test_a_replacement_does_not_put_a_name_together() -> None:
    assert mask_text("甲乙丙丁", {"乙丙": "", "甲丁": ""}) == ""
    assert mask_text("张三丰与张三", {"张三": "张某", "张三丰": "道人"}) == "道人与张某"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("致电 13812345678 核实", LeakKind.PHONE),
        ("致电１３８ １２３４ ５６７８核实", LeakKind.PHONE),
        ("致电138-1234-5678核实", LeakKind.PHONE),
        ("电话025-83000000", LeakKind.PHONE),
        ("邮箱 a.b@example.com.cn。", LeakKind.EMAIL),
        ("身份证32010219900101123x", LeakKind.IDENTITY),
        ("金丝雀 机械有限公司反映", LeakKind.REPORTER),
        ("ＣＡＮＡＲＹ公司", LeakKind.PERSON),
    ],
)
def test_what_gives_somebody_away_is_found(text: str, kind: LeakKind) -> None:
    secrets = [
        Secret(LeakKind.REPORTER, "金丝雀机械有限公司"),
        Secret(LeakKind.PERSON, "canary"),
        Secret(LeakKind.PERSON, ""),
    ]
    (leak,) = {(leak.field, leak.kind) for leak in find_leaks({"narrative": text}, secrets)}
    assert leak == ("narrative", kind)


@pytest.mark.parametrize(
    "text",
    [
        "2025年1月1日至2025年12月31日，向30户企业收取1380000.00元，罚款20000元，拨打12315。",
        "宁市监处罚〔2026〕0138号", "2025-01-01至2025-12-31", "共收取 13,812,345,678 元", "91320000000000001X",
    ],
)  # fmt: skip
def test_sums_days_and_document_numbers_give_nobody_away(text: str) -> None:
    assert find_leaks({"narrative": text}, []) == []


def test_long_numbers_of_documents_are_not_taken_for_persons() -> None:
    text = {"document_number": "宁市监罚320102202601011234号"}
    assert find_leaks(text, [], unscanned=("document_number",)) == []
    assert len(find_leaks(text, [])) == 1


@given(
    before=st.text(max_size=10),
    after=st.text(max_size=10),
    gaps=st.lists(st.sampled_from(["", " ", "\n", "\u3000"]), min_size=9, max_size=9),
)
def test_a_name_is_found_wherever_it_stands_and_however_it_is_spaced(before: str, after: str, gaps: list[str]) -> None:
    name = "金丝雀机械有限公司"
    written = "".join(letter + gap for letter, gap in zip(name, gaps, strict=True))
    leaks = find_leaks({"narrative": before + written + after}, [Secret(LeakKind.REPORTER, name)])
    assert LeakKind.REPORTER in {leak.kind for leak in leaks}
