"""`manage.py load_clocks`: the working-day calendar and the statutory periods."""

from typing import Any

from django.core.management.base import BaseCommand

from casework.clocks.reference import load_reference


class Command(BaseCommand):
    """Adds what is missing; safe to run again."""

    help = "Load the working-day calendar and the statutory periods; what is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what was added."""
        self.stdout.write(load_reference())
