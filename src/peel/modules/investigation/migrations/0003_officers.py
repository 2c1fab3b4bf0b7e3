"""Foreign keys that lead to the table behind the officers' view."""

from django.db import migrations

OFFICERS = [("investigation_crime", "officer_in_case_id"), ("investigation_crimeoutcome", "decided_by_id")]


class Migration(migrations.Migration):
    dependencies = [("investigation", "0002_initial"), ("access", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"alter table {table} add constraint {table}_{column}_fk foreign key ({column})"
            " references access_appointment (id) deferrable initially deferred",
            f"alter table {table} drop constraint {table}_{column}_fk",
        )
        for table, column in OFFICERS
    ]
