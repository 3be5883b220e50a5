"""Requests for more time belong to any case now: what was asked moves to the engine's table."""

from django.db import migrations

COLUMNS = (
    "id, ground, reason, total_days, due_before, asked_on, status, decided_on, decision_note, asked_by_id, decided_by_id, "
    "extension_id, letter_id"
)
MOVE = f"""
    INSERT INTO cases_extensionrequest (case_id, code, {COLUMNS})
        SELECT complaint_id, 'arrears.handling', {COLUMNS} FROM complaints_extensionrequest;
    SELECT setval(
        pg_get_serial_sequence('cases_extensionrequest', 'id'),
        coalesce((SELECT max(id) FROM cases_extensionrequest), 0) + 1,
        false
    );
"""
BACK = f"""
    INSERT INTO complaints_extensionrequest (complaint_id, {COLUMNS})
        SELECT case_id, {COLUMNS} FROM cases_extensionrequest WHERE code = 'arrears.handling';
    DELETE FROM cases_extensionrequest WHERE code = 'arrears.handling';
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_hops_of_earlier_transfers"), ("cases", "0009_extension")]

    operations = [
        migrations.RunSQL(MOVE, BACK),
        # Constraint triggers of the rows just read stand between the two otherwise.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.DeleteModel(name="ExtensionRequest"),
    ]
