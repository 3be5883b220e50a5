"""A check holds the states of credit records: `queryset.update()` and SQL don't pass the flow."""

from django.db import migrations

# Written out: a migration stands still while the flow moves on.
STATES = (
    "draft",
    "proposed",
    "noticed",
    "submitted",
    "in_force",
    "published",
    "dropped",
    "repaired",
    "expired",
    "annulled",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_verbs_of_records"), ("credit", "0001_records")]

    operations = [
        migrations.RunSQL(
            f"""
            ALTER TABLE cases_case ADD CONSTRAINT credit_record_state
            CHECK (kind <> 'credit_record' OR state IN ({", ".join(f"'{state}'" for state in STATES)}))
            """,
            "ALTER TABLE cases_case DROP CONSTRAINT credit_record_state",
        )
    ]
