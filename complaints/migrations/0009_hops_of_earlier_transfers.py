"""Cases transferred before every transfer was recorded get the one transfer that their dates tell of."""

from django.db import migrations

ADD_HOPS = """
INSERT INTO complaints_hop (
    complaint_id, number, sender_id, target_id, override_reason, sent_on, received_on, status, return_reason,
    decision_note
)
SELECT
    id, 1, receiving_department_id, handling_department_id, '', transferred_on, received_on,
    CASE WHEN received_on IS NULL THEN 'sent' ELSE 'received' END, '', ''
FROM cases_case
WHERE kind = 'arrears' AND handling_department_id IS NOT NULL AND transferred_on IS NOT NULL
    AND NOT EXISTS (SELECT FROM complaints_hop WHERE complaint_id = cases_case.id)
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0008_more_states")]

    operations = [migrations.RunSQL(ADD_HOPS, migrations.RunSQL.noop)]
