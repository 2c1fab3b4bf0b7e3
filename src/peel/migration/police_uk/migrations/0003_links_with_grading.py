"""The function once more: a link has a grading since, which a load leaves open."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("police_uk", "0002_functions"), ("pole", "0007_link_rules")]
    operations = [migrations.RunSQL((SQL / "amend.sql").read_text(), migrations.RunSQL.noop)]
