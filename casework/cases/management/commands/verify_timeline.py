"""Prove that no timeline was changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.cases.models import Case, TimelineEvent
from casework.cases.timeline import verify_chains


class Command(BaseCommand):
    help = "Recomputes the hash chain of every case and names the first row of each chain that does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One optional argument."""
        parser.add_argument("--case", help="only the case with this reference")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, report, and fail when a chain is broken."""
        case_id = self._case_id(options["case"])
        faults = list(verify_chains(case_id))
        references = dict(Case.objects.filter(pk__in=[f.case_id for f in faults]).values_list("pk", "reference"))
        for fault in faults:
            self.stderr.write(f"{references.get(fault.case_id, fault.case_id)} row {fault.seq}: {fault.reason}")
        if faults:
            raise CommandError(f"{len(faults)} broken chain(s).")
        rows = TimelineEvent.objects.filter(**({"case_id": case_id} if case_id else {})).count()
        self.stdout.write(f"Every chain holds: {rows} rows checked.")

    def _case_id(self, reference: str | None) -> int | None:
        if not reference:
            return None
        case_id = Case.objects.filter(reference=reference).values_list("pk", flat=True).first()
        if case_id is None:
            raise CommandError(f"No case {reference}.")
        return case_id
