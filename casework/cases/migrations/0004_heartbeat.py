"""When the sweep last ran. The first row says "now": a fresh installation has its five minutes to start."""

from django.db import migrations, models
from django.utils import timezone


def begin(apps, schema_editor):
    rows = apps.get_model("cases", "Heartbeat").objects.using(schema_editor.connection.alias)
    rows.get_or_create(name="sweep-deadlines", defaults={"at": timezone.now()})


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_shared_cache")]
    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True)),
                ("at", models.DateTimeField()),
            ],
            options={"verbose_name": "heartbeat", "verbose_name_plural": "heartbeats"},
        ),
        migrations.RunPython(begin, migrations.RunPython.noop, elidable=False),
    ]
