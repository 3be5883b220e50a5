"""The staff's side: the queue and page of records, proposing, the subject register, measures, lists, look-ups."""

from casework.credit.admin import catalogue, measures, queue, subjects
from casework.credit.lookups import admin as lookups

__all__ = ["catalogue", "lookups", "measures", "queue", "subjects"]
