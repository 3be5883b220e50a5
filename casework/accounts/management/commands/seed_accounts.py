"""`manage.py seed_accounts`: an invented firm of two people and an agent, who sign in by a code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casework.accounts.demo import ACCOUNTS, is_seeded, seed_accounts


class Command(BaseCommand):
    """Once for each database; safe to run again."""

    help = "Make invented accounts as development data. Refuses to run in production."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed and say who they are.

        Raises:
            CommandError: in production.
        """
        if settings.PRODUCTION:
            raise CommandError("Development data has no place in production; nothing was written.")
        if not is_seeded():
            seed_accounts()
        for known in ACCOUNTS:
            self.stdout.write(f"{known.email}: {known.what}")
