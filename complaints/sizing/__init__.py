"""Enterprise size: is it micro, small, medium or large, by which comparisons, and under which standard."""

from complaints.sizing.engine import Classification, Comparison, classify
from complaints.sizing.industries import IndustryAmbiguous, IndustryUnknown
from complaints.sizing.sizes import Indicator, Size
from complaints.sizing.standards import StandardNotFound

__all__ = [
    "Classification",
    "Comparison",
    "Indicator",
    "IndustryAmbiguous",
    "IndustryUnknown",
    "Size",
    "StandardNotFound",
    "classify",
]
