"""What all example data have in common."""

from __future__ import annotations

# Printed for everybody who tries the demonstration; no example data are written in production.
DEMO_PASSWORD = "demo-2026-casework"  # noqa: S105
