"""`manage.py verify_exchange`: builds every delivered package anew and walks each platform's chain."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.exchange.models import Platform
from casework.exchange.selectors import chain_faults


class Command(BaseCommand):
    """For auditors, and after a restore."""

    help = "Check that every delivered package is what was delivered, in gapless sequence."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is wrong, or that nothing is.

        Raises:
            CommandError: something is wrong.
        """
        faults = [fault for platform in Platform.objects.all() for fault in chain_faults(platform)]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults")
        self.stdout.write("every package is whole and in its place")
