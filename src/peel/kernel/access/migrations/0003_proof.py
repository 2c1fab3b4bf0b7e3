"""When a session last proved who it is, where it was begun, and the sweep of what has expired."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [("access", "0002_api_tokens")]

    operations = [
        migrations.AddField("sessiontoken", "proved_at", models.DateTimeField(null=True)),
        migrations.AddField("sessiontoken", "address", models.CharField(max_length=45, default="")),
        migrations.AddField("sessiontoken", "agent", models.CharField(max_length=400, default="")),
        migrations.RunSQL((SQL / "05_proof.sql").read_text(encoding="utf-8")),
    ]
