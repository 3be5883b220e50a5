from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_verbs_of_records"),
        ("credit", "0004_lookups"),
        ("parties", "0004_credit_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="creditrecord",
            name="record_finding_once",
        ),
        migrations.RemoveConstraint(
            model_name="creditrecord",
            name="record_heard_first",
        ),
        migrations.RemoveConstraint(
            model_name="creditrecord",
            name="record_published_rightly",
        ),
        migrations.RemoveConstraint(
            model_name="measure",
            name="measure_days",
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
        migrations.AddConstraint(
            model_name="creditrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_on", None),
                    models.Q(("served_on__isnull", False), ("served_on__lte", models.F("decided_on"))),
                    _connector="OR",
                ),
                name="record_heard_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_on", None),
                    models.Q(
                        ("decided_on__isnull", False),
                        ("decided_on__lte", models.F("published_on")),
                        ("published_on__lte", models.F("last_day")),
                        ("to_be_published", True),
                    ),
                    _connector="OR",
                ),
                name="record_published_rightly",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["intended", "dropped"]),
                    models.Q(
                        ("ends_on__isnull", False),
                        ("starts_on__isnull", False),
                        ("starts_on__lte", models.F("ends_on")),
                    ),
                    _connector="OR",
                ),
                name="measure_days",
            ),
        ),
    ]
