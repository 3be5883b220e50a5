"""The rendering engine: same bytes, tagged, closed to the network, right with rare characters and without cut faces."""

import io
from contextlib import closing
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.conf import settings
from django.utils import translation
from weasyprint.urls import FatalURLFetchingError

from casework.documents.letter_templates import letter_title
from casework.documents.pdf import document_digest, render_letter, render_pdf
from tests.documents.credit_letter_samples import CREDIT_SAMPLES
from tests.documents.fee_letter_samples import TO_PAYEE, WITHOUT_REPORTER, payers
from tests.documents.letter_reading import render_elsewhere, text_of
from tests.documents.letter_samples import COMPLAINANT, NUMBER, REFERENCE, RESPONDENT, SAMPLES

ARTICLES = {
    "disclosure_correction": "第十八条",
    "acceptance_notice": "第二十五条",
    "refusal_notice": "第一百八十八条",
    "correction_notice": "一次性告知",
    "transfer_letter": "第二十五条第一款",
    "result_letter": "第二十五条第二款",
    "filing_receipt": "第二十五条",
    "feedback_request": "第二十五条第三款",
    "supervisory_letter": "第二十五条第三款",
    "interview_notice": "第二十五条第三款",
    "interview_minutes": "第二十五条第三款",
    "circular": "第二十五条第三款",
    "rectification_order": "第二十五条第三款",
    "extension_form": "第二十五条第二款",
    "termination_decision": "第一百八十八条",
    "department_inquiry": "第二十一条",
    "department_interview": "第二十三条第一款",
    "department_circular": "第二十一条",
    "size_dispute_request": "第二十九条第二款",
    "receivable_confirmation": "第十六条第二款",
    "fee_registration_notice": "涉企收费目录清单",
    "fee_acceptance_notice": "国办函〔2025〕30号",
    "fee_refusal_notice": "第三十五条",
    "fee_redirect_notice": "第三十五条",
    "fee_merge_notice": "第三十五条",
    "fee_split_notice": "应当分别处理",
    "fee_transfer_letter": "国办函〔2025〕30号",
    "fee_result_letter": "第十六条",
    "fee_extension_form": "第十八条",
    "fee_rectification_order": "二（五）",
    "fee_refund_order": "第十六条",
    "fee_referral": "第二十二条",
    "credit_prior_notice": "国办发〔2020〕49号",
    "credit_decision": "第二十六条",
    "credit_repair_notice": "第36号",
    "credit_objection_answer": "第十一条",
    "credit_repair_decision": "第36号",
}


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_every_template_says_who_what_and_by_which_article(code: str) -> None:
    text = text_of(render_letter(code, 1, SAMPLES[code]))
    for part in (letter_title(code, 1), RESPONDENT, ARTICLES[code], str(SAMPLES[code]["department"])):
        assert part in text
    assert (COMPLAINANT in text) == (code not in WITHOUT_REPORTER | CREDIT_SAMPLES.keys() | {"disclosure_correction"})
    assert (REFERENCE in text) == (code not in TO_PAYEE)


@pytest.mark.parametrize("code", sorted(TO_PAYEE))
def test_a_letter_to_a_payee_hides_the_report_in_its_metadata_too(code: str) -> None:
    content = render_letter(code, 1, SAMPLES[code])
    with pikepdf.open(io.BytesIO(content)) as pdf:
        said = str(pdf.docinfo) + str(pdf.Root.Metadata.read_bytes())
    assert not {"举报", REFERENCE, COMPLAINANT} & {word for word in ("举报", REFERENCE, COMPLAINANT) if word in said}
    assert "举报" not in text_of(content)


def test_a_long_list_of_payers_repeats_its_head_on_every_page() -> None:
    content = render_letter("fee_refund_order", 1, {**SAMPLES["fee_refund_order"], **payers(120)})
    text = text_of(content)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pages = len(pdf.pages)
    assert pages > 4
    assert text.count("应退金额（元）") >= pages - 2
    assert all(f"示例第{number}机械" in text for number in (1, 60, 120))
    assert "607,260.00" in text


@pytest.mark.parametrize("code", sorted(set(SAMPLES) - {"filing_receipt"}))
def test_official_letters_carry_number_date_and_an_empty_place_for_the_seal(code: str) -> None:
    text = text_of(render_letter(code, 1, SAMPLES[code]))
    assert str(SAMPLES[code]["number"]) in text
    day = SAMPLES[code]["issued_on"]
    assert f"（印章）{day:%Y}年{day.month}月{day.day}日" in text  # type: ignore[attr-defined]


def test_amounts_and_dates_read_the_same_in_every_language() -> None:
    with translation.override("en"):
        text = text_of(render_letter("acceptance_notice", 1, SAMPLES["acceptance_notice"]))
    assert "人民币1,286,400.50元" in text
    assert "2026年11月9日" in text


def test_values_as_a_json_column_keeps_them_make_the_same_letter() -> None:
    sample = SAMPLES["acceptance_notice"]
    stored = {name: value if isinstance(value, list) else str(value) for name, value in sample.items()}
    assert render_letter("acceptance_notice", 1, stored) == render_letter("acceptance_notice", 1, sample)


def test_the_same_input_gives_the_same_bytes_whatever_was_rendered_before() -> None:
    first = render_letter("transfer_letter", 1, SAMPLES["transfer_letter"])
    render_letter("filing_receipt", 1, SAMPLES["filing_receipt"])
    again = render_letter("transfer_letter", 1, SAMPLES["transfer_letter"])
    assert document_digest(again) == document_digest(first)


def test_a_fresh_process_gives_the_same_bytes() -> None:
    here = render_letter("result_letter", 1, SAMPLES["result_letter"])
    assert document_digest(render_elsewhere("result_letter", Path(settings.VAR_DIR))) == document_digest(here)


def test_without_cut_faces_the_full_ones_say_the_same(tmp_path: Path) -> None:
    content = render_elsewhere("refusal_notice", tmp_path)
    assert text_of(content) == text_of(render_letter("refusal_notice", 1, SAMPLES["refusal_notice"]))


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_letters_are_tagged_for_readers_who_listen(code: str) -> None:
    with pikepdf.open(io.BytesIO(render_letter(code, 1, SAMPLES[code]))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot.K
        assert str(pdf.Root.Lang) == "zh-CN"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert letter_title(code, 1) in str(pdf.docinfo.Title)
        assert "/CreationDate" not in pdf.docinfo
        with pdf.open_metadata() as metadata:
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_the_qr_code_has_words_for_those_who_cannot_see_it() -> None:
    with pikepdf.open(io.BytesIO(render_letter("filing_receipt", 1, SAMPLES["filing_receipt"]))) as pdf:
        alternatives = [
            str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert any(str(SAMPLES["filing_receipt"]["tracking_url"]) in text for text in alternatives)


def test_markup_in_a_variable_is_text() -> None:
    matter = "<script>alert(1)</script><img src=http://127.0.0.1:9/x.png>&amp;"
    text = text_of(render_letter("acceptance_notice", 1, {**SAMPLES["acceptance_notice"], "matter": matter}))
    assert "".join(matter.split()) in text


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x.png", "https://127.0.0.1:9/x.png", "file:///etc/hostname", "ftp://127.0.0.1/x"]
)
def test_a_document_that_reaches_out_is_refused(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        render_pdf(f'<html lang="zh-CN"><title>x</title><img alt="x" src="{address}"></html>')


def test_rare_characters_are_drawn_by_the_full_face() -> None:
    drawn = {character: _ink(character) for character in "㛃𠮷中"}
    assert all(any(rows) for rows in drawn.values())
    # A missing glyph is the same empty box for every character.
    assert len({bytes(rows) for rows in drawn.values()}) == len(drawn)


def _ink(character: str) -> bytes:
    style = "<style>@page { size: 30mm; margin: 5mm }</style>"
    html = f'<html lang="zh-CN"><title>x</title>{style}<p>{character}</p></html>'
    content = render_pdf(html, layout="receipt_v1")
    assert character in text_of(content)
    with closing(pypdfium2.PdfDocument(content)) as document, closing(document[0]) as page:
        picture = page.render(scale=2, grayscale=True).to_pil()
    return bytes(255 - value for value in picture.crop((0, 0, picture.width, picture.height // 2)).tobytes())


def test_number_and_case_are_in_the_metadata() -> None:
    with pikepdf.open(io.BytesIO(render_letter("acceptance_notice", 1, SAMPLES["acceptance_notice"]))) as pdf:
        assert str(pdf.docinfo.Title) == f"投诉受理通知书 {NUMBER}"
        assert str(pdf.docinfo.Subject) == REFERENCE
