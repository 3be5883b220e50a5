"""`manage.py seed_demo`: departments, accounts and cases in every state, to try the system with."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from casework.clocks.models import StatutoryPeriod
from casework.parties.demo import DEMO_PASSWORD
from casework.parties.models import Department, Division
from complaints.demo.house import LOGINS
from complaints.demo.seed import Example, is_seeded, seed


class Command(BaseCommand):
    """Once for each database; the same day, seed and number of cases give the same cases."""

    help = "Fill an empty database with fictitious departments, accounts and cases. Refuses to run in production."

    def add_arguments(self, parser: CommandParser) -> None:
        """Number of cases, random seed, the accounts' password, and where the logins are kept."""
        parser.add_argument("--cases", type=int, default=300)
        parser.add_argument("--seed", type=int, default=20260601)
        parser.add_argument("--password", default=DEMO_PASSWORD)
        parser.add_argument("--logins", type=Path, default=settings.VAR_DIR / "demo-logins.txt")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and say how to try it.

        Raises:
            CommandError: in production, without reference data, or over data that is not the demo's.
        """
        if settings.PRODUCTION:
            raise CommandError("Example data has no place in production; nothing was written.")
        if is_seeded():
            self.stdout.write("The example cases are already there; nothing was changed.")
            return
        self._check_ground()
        started = time.monotonic()
        examples = seed(
            cases=options["cases"],
            seed_number=options["seed"],
            today=timezone.localdate(),
            report=self._report,
            password=options["password"],
        )
        text = self._guide(examples, options["password"])
        options["logins"].parent.mkdir(parents=True, exist_ok=True)
        options["logins"].write_text(text, encoding="utf-8")
        self.stdout.write(f"Seeded in {time.monotonic() - started:.1f} s.\n{text}")

    def _check_ground(self) -> None:
        if not (Division.objects.filter(pk="320000").exists() and StatutoryPeriod.objects.exists()):
            raise CommandError("Reference data is missing. Run first: manage.py load_reference")
        if Department.objects.exists():
            raise CommandError("This database has departments of its own. Seed an empty database instead.")

    def _report(self, done: int, total: int) -> None:
        if done % max(total // 10, 1) == 0 or done == total:
            self.stdout.write(f"  {done} of {total} acts")
            self.stdout.flush()

    def _guide(self, examples: list[Example], password: str) -> str:
        lines = [f"Logins (password {password}):"]
        lines += [f"  {login.username:<20}{login.what}" for login in LOGINS]
        lines.append("Track these cases with reference and secret:")
        lines += [f"  {example.reference:<18}{example.secret:<26}{example.state}" for example in examples]
        return "\n".join(lines) + "\n"
