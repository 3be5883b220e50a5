"""The staff's side: the queue and page of records, proposing from a case, the subject register, measures, lists."""

from casework.credit.admin import catalogue, measures, queue, subjects

__all__ = ["catalogue", "measures", "queue", "subjects"]
