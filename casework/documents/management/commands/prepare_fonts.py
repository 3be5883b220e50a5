"""Cut the faces of letters once per machine."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.documents import fonts


class Command(BaseCommand):
    help = "Cut the Noto CJK faces to the characters of GB 2312, for fast letters (about 40 s, once per machine)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the cut faces are up to date")
        parser.add_argument("--force", action="store_true", help="cut again even when they are")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._check() if options["check"] else self._cut(force=options["force"])
        except fonts.FontError as error:
            raise CommandError(str(error)) from error

    def _check(self) -> None:
        if not fonts.is_up_to_date(fonts.font_folder(), fonts.find_sources()):
            raise CommandError("The cut faces are missing or out of date. Run: manage.py prepare_fonts")
        self.stdout.write("The cut faces are up to date.")

    def _cut(self, *, force: bool) -> None:
        start = time.monotonic()
        if not fonts.cut_faces(fonts.font_folder(), force=force, progress=self._progress):
            self.stdout.write("The cut faces are up to date.")
            return
        self.stdout.write(f"Cut {len(fonts.FACES)} faces in {time.monotonic() - start:.0f} s.")

    def _progress(self, message: str) -> None:
        self.stdout.write(message)
        self.stdout.flush()
