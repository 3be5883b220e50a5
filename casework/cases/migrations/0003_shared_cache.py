"""The table of the cache that all processes share, so that `migrate` alone makes a database complete."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", "shared_cache", database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial")]
    operations = [
        migrations.RunPython(create, migrations.RunPython.noop, elidable=False),
    ]
