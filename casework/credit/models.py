"""The app's tables, so that Django finds them."""

from casework.credit.catalogue.models import MeasureItem, SeverityClass
from casework.credit.lookups.models import SubjectLookup
from casework.credit.measures.models import Measure
from casework.credit.objections.models import Objection
from casework.credit.record.models import CreditRecord, Statement
from casework.credit.repair.models import RepairApplication

__all__ = [
    "CreditRecord",
    "Measure",
    "MeasureItem",
    "Objection",
    "RepairApplication",
    "SeverityClass",
    "Statement",
    "SubjectLookup",
]
