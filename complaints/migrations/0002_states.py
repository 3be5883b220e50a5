"""Holds the arrears complaint's states in the database: `queryset.update()` and SQL go past the table of moves."""

from django.db import migrations

STATES = (
    "draft",
    "submitted",
    "correction_requested",
    "accepted",
    "refused",
    "transferred",
    "received",
    "in_handling",
    "resolved",
    "closed",
    "withdrawn",
)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE cases_case ADD CONSTRAINT case_arrears_state CHECK (kind <> 'arrears' OR state IN ("
            + ", ".join(f"'{state}'" for state in STATES)
            + "))",
            "ALTER TABLE cases_case DROP CONSTRAINT case_arrears_state",
        )
    ]
