from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_verbs_of_records"),
        ("credit", "0002_states"),
        ("parties", "0004_credit_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="creditrecord",
            name="record_finding_once",
        ),
        migrations.AddConstraint(
            model_name="creditrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("set_aside_on", None),
                    models.Q(("decided_on__isnull", False), ("ended_reason", ""), _connector="OR"),
                ),
                fields=("subject", "finding_authority", "finding_number"),
                name="record_finding_once",
            ),
        ),
    ]
