"""`manage.py load_reference`: everything that law and standards give, for every installation."""

from typing import Any

from django.core.management.base import BaseCommand

from casework.cases.indicators.reference import load_indicator_rules
from casework.cases.terms import load_all_terms
from casework.clocks import reference as clocks
from casework.credit.catalogue.reference import load_credit_lists
from casework.parties.reference import load_divisions
from complaints.payment.reference import load_lpr


class Command(BaseCommand):
    """Safe to run again, and meant to be run after each upgrade."""

    help = "Load divisions, calendar, statutory periods, legal lists, LPR. Departments are each installation's own."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what was done, a line each."""
        self.stdout.write(f"{load_divisions()} administrative divisions in place")
        self.stdout.write(clocks.load_reference())
        self.stdout.write(f"{load_all_terms()} legal list entries added")
        self.stdout.write(f"{load_indicator_rules()} signs worth a look added")
        self.stdout.write(f"{load_credit_lists()} entries of the credit lists added")
        self.stdout.write(f"{load_lpr()} LPR values added")
