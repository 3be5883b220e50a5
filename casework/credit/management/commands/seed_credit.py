"""`manage.py seed_credit`: invented credit records in every state, and accounts that keep them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.credit.demo import PEOPLE, seed_credit
from casework.parties.demo import DEMO_PASSWORD
from casework.parties.models import Division


class Command(BaseCommand):
    """Once for each database; safe to run again."""

    help = "Make invented credit records as development data. Refuses to run in production."

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
        if not Division.objects.filter(pk="320000").exists():
            raise CommandError("Divisions are missing. Run first: manage.py load_reference")
        count = seed_credit(options["password"])
        self.stdout.write(f"{count} credit records written")
        self.stdout.write(f"accounts: {', '.join(username for username, *_rest in PEOPLE)}")
        self.stdout.write(f"password: {options['password']}")
