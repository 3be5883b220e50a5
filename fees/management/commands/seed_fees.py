"""`manage.py seed_fees`: the sample lists, published, invented monitoring points, and accounts that run both."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.parties.demo import DEMO_PASSWORD
from casework.parties.models import Division
from fees.demo.reports import seed_reports
from fees.demo.seed import EDITORS, seed_lists
from fees.exposure.demo import ACCOUNTS, seed_cases
from fees.monitoring.demo import OFFICER, seed_monitoring


class Command(BaseCommand):
    """Once for each database; safe to run again."""

    help = (
        "Publish excerpts of real fee lists and register invented monitoring points as development data. "
        "Refuses to run in production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The password of the accounts."""
        parser.add_argument("--password", default=DEMO_PASSWORD)

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed and say so.

        Raises:
            CommandError: in production, or without the divisions.
        """
        if settings.PRODUCTION:
            raise CommandError("Development data has no place in production; nothing was written.")
        if not Division.objects.filter(pk="341503").exists():
            raise CommandError("Divisions are missing. Run first: manage.py load_reference")
        count = seed_lists(options["password"])
        cases = seed_cases(options["password"])
        reports = seed_reports(options["password"])
        points = seed_monitoring(options["password"])
        self.stdout.write(
            f"{count} sample fees published, {cases} typical cases and {reports} reports written, "
            f"{points} monitoring points registered"
        )
        accounts = ", ".join(username for username, *_rest in (*EDITORS, *ACCOUNTS, OFFICER))
        self.stdout.write(f"accounts: {accounts}, report-clerk, report-handler, report-head")
        self.stdout.write(f"password: {options['password']}")
