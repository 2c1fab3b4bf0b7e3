"""The functions of clusters, the trigger that keeps them, and the keys to officers' posts."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("records", "0006_seeing")]
    operations = [
        migrations.RunSQL(
            (SQL / "identity.sql").read_text(encoding="utf-8"), "drop schema identity cascade"
        ),
        migrations.RunSQL(
            "create trigger identity_keep_clusters after insert or update of ended_at"
            " on identity_judgement for each row execute function identity.keep_clusters()",
            "drop trigger identity_keep_clusters on identity_judgement",
        ),
        *(
            migrations.RunSQL(
                f"alter table identity_judgement add constraint identity_judgement_{column}_fk"
                f" foreign key ({column}) references access_appointment (id)"
                " deferrable initially deferred",
                f"alter table identity_judgement drop constraint identity_judgement_{column}_fk",
            )
            for column in ("asserted_by_id", "ended_by_id")
        ),
    ]
