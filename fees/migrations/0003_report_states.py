"""Holds the fee report's states in the database: `queryset.update()` and SQL go past the table of moves."""

from django.db import migrations

STATES = (
    "draft",
    "registered",
    "accepted",
    "refused",
    "redirected",
    "merged",
    "withdrawn",
    "transferred",
    "verifying",
    "violation_found",
    "concluded",
    "fed_back",
    "closed",
)


class Migration(migrations.Migration):
    dependencies = [("fees", "0002_report")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE cases_case ADD CONSTRAINT case_fee_report_state CHECK (kind <> 'fee_report' OR state IN ("
            + ", ".join(f"'{state}'" for state in STATES)
            + "))",
            "ALTER TABLE cases_case DROP CONSTRAINT case_fee_report_state",
        )
    ]
