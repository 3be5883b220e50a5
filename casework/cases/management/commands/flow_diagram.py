"""Write or check the diagrams of the flows."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casework.cases.diagram import diagrams


class Command(BaseCommand):
    help = "Writes docs/flow/<kind>.md from the tables of moves; with --check only says whether they are fresh."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One flag."""
        parser.add_argument("--check", action="store_true", help="fail when a file is stale, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare or write."""
        stale = [
            (path, text) for path, text in diagrams() if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        for path, text in stale:
            name = path.relative_to(settings.BASE_DIR)
            if options["check"]:
                raise CommandError(f"{name} is stale: run manage.py flow_diagram.")
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {name}")
