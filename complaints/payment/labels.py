"""The codes of inputs and answers as people choose and read them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from complaints.payment.inputs import Allocation, Buyer, ContractObject, DepositKind, Excuse, Practice
from complaints.payment.rates import RateKind
from complaints.payment.terms import StartEvent

BUYERS = (
    (Buyer.PUBLIC_BODY.value, _("State organ or public institution")),
    (Buyer.LARGE_ENTERPRISE.value, _("Large enterprise")),
)
OBJECTS = (
    (ContractObject.GOODS.value, _("Goods")),
    (ContractObject.WORKS.value, _("Construction works")),
    (ContractObject.SERVICES.value, _("Services")),
)
ALLOCATIONS = (
    (Allocation.INTEREST_FIRST.value, _("Interest first")),
    (Allocation.PRINCIPAL_FIRST.value, _("Principal first")),
)
PRACTICES = (
    (Practice.PAY_WHEN_PAID.value, _("It pays only when its own customer has paid")),
    (Practice.FORCED_NON_CASH.value, _("It insists on bills or electronic receivables")),
    (Practice.AUDIT_BASIS.value, _("It insists on the result of an audit authority")),
    (Practice.CASH_DEPOSIT_ONLY.value, _("It takes deposits in cash only, no guarantees")),
)
EXCUSES = (
    (Excuse.CHANGE_OF_HEAD.value, _("Its legal representative or head has changed")),
    (Excuse.INTERNAL_PROCESS.value, _("Its internal payment procedure is not finished")),
    (Excuse.COMPLETION_FILING.value, _("The completion is not filed yet")),
    (Excuse.FINAL_AUDIT.value, _("The final audit is not finished")),
)
DEPOSIT_KINDS = (
    (DepositKind.BID.value, _("Bid deposit")),
    (DepositKind.PERFORMANCE.value, _("Performance deposit")),
    (DepositKind.QUALITY.value, _("Quality deposit")),
    (DepositKind.MIGRANT_WAGES.value, _("Deposit for migrant workers' wages")),
    (DepositKind.OTHER.value, _("Another deposit")),
)
START_EVENTS = (
    (StartEvent.SETTLEMENT.value, _("confirmation of the settlement amount")),
    (StartEvent.ACCEPTANCE.value, _("acceptance")),
    (StartEvent.INSPECTION_DEADLINE.value, _("end of the agreed inspection period")),
    (StartEvent.DELIVERY.value, _("delivery")),
)
RATE_KINDS = (
    (RateKind.AGREED.value, _("agreed rate")),
    (RateKind.LPR_FLOOR.value, _("1-year LPR at signing")),
    (RateKind.STATUTORY_DAILY.value, _("daily rate of the law")),
)
LAW_VERSIONS = (
    ("civil_law", _("contract and civil law")),
    ("R728", _("Regulation on Ensuring Payments to SMEs, Decree 728")),
    ("R802", _("Regulation on Ensuring Payments to SMEs, Decree 802")),
)
