"""Write or check the diagram of the flow."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from complaints.diagram import flow_markdown


class Command(BaseCommand):
    help = "Writes docs/flow/arrears.md from the table of moves; with --check only says whether it is fresh."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One flag."""
        parser.add_argument("--check", action="store_true", help="fail when the file is stale, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare or write."""
        path, text = settings.BASE_DIR / "docs" / "flow" / "arrears.md", flow_markdown()
        fresh = path.exists() and path.read_text(encoding="utf-8") == text
        if options["check"] and not fresh:
            raise CommandError("docs/flow/arrears.md is stale: run manage.py flow_diagram.")
        if not fresh:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")
