"""What is owed since when and with what interest: a pure engine, its data, and the ways in which people use it.

result = calculate(inputs, as_of, calendar=current_calendar(), rates=lpr_table())
to_json(result)             for an answer in the reader's language
to_record(inputs, result)   for keeping; from_record() gives both back as they were
"""

from complaints.payment.engine import Result, calculate
from complaints.payment.inputs import Inputs
from complaints.payment.records import from_record, to_json, to_record

__all__ = ["Inputs", "Result", "calculate", "from_record", "to_json", "to_record"]
