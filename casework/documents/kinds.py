"""What an evidence file is: contract, invoice, demand. The lists are cited data of each kind of case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.documents.models import StagedFile

OTHER = "other"
# Words in a file's name that tell what it is; the first that fits counts. The sender can always say otherwise.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sme_notice", ("中小企业声明", "规模声明", "告知", "sme")),
    ("demand", ("催款", "催收", "律师函", "demand")),
    ("statement", ("对账", "结算单", "statement")),
    ("invoice", ("发票", "invoice", "fapiao")),
    ("receipt", ("收据", "票据", "receipt")),
    ("payment", ("流水", "回单", "转账", "付款凭证", "payment")),
    ("charge_notice", ("缴费通知", "收费通知", "通知单", "notice")),
    ("delivery", ("送货", "交货", "验收", "签收", "收货", "delivery")),
    ("contract", ("合同", "协议", "订单", "contract", "order")),
)
_WHY: Mapping[str, str | Promise] = {
    "contract": _("It shows who owes whom, what was agreed and when payment is due."),
    "delivery": _("It shows that you delivered and when the time to pay began."),
    "invoice": _("It shows what you asked to be paid and when."),
    "statement": _("It shows that the other side knows the amount."),
    "demand": _("It shows that you asked for the money and what was answered."),
    "sme_notice": _("It shows that the buyer knew, when the contract was signed, that you are an SME."),
    "receipt": _("It shows who took the money, how much and for what."),
    "payment": _("It shows that the money left your account and where it went."),
    "charge_notice": _("It shows which basis the charge was said to have."),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of evidence that is not there yet, and why it would help."""

    term: CitedTerm
    why: str | Promise


def kinds_in_force(vocabulary: str) -> list[CitedTerm]:
    """What may be chosen today; the newest version of each."""
    if not vocabulary:
        return []
    newest = {term.code: term for term in terms_in_force(vocabulary, timezone.localdate()).order_by("version")}
    return sorted(newest.values(), key=lambda term: term.position)


def guessed_code(name: str) -> str:
    """What a file seems to be by its name; "" when the name says nothing."""
    lowered = PurePath(name).stem.lower()
    return next((code for code, words in _WORDS if any(word in lowered for word in words)), "")


def guessed_kind(name: str, kinds: Sequence[CitedTerm]) -> CitedTerm | None:
    """The entry of a list that a file's name speaks of."""
    code = guessed_code(name)
    return next((term for term in kinds if term.code == code), None)


def still_helpful(kinds: Sequence[CitedTerm], present: Collection[StagedFile]) -> list[Wanted]:
    """The kinds of which nothing is there yet. None of them is a condition of filing."""
    there = {file.kind.code for file in present if file.kind}
    return [Wanted(term, _WHY.get(term.code, "")) for term in kinds if term.code not in there | {OTHER}]


def evidence_label(*, key: str, chosen: Mapping[int, str], vocabulary: str) -> None:
    """Say what the files of a form are; one that isn't this form's, or a kind that isn't offered, is passed over.

    Args:
        chosen: a kind's code for each file's id; "" for no kind.
    """
    kinds = {term.code: term for term in kinds_in_force(vocabulary)}
    for staged in StagedFile.objects.filter(key=key, pk__in=chosen):
        code = chosen[staged.pk]
        if code == "" or code in kinds:
            StagedFile.objects.filter(pk=staged.pk).update(kind=kinds.get(code))
