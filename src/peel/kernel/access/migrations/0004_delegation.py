"""A post lent to a colleague: the table, and what it changes in who speaks and the staff list."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [("access", "0003_proof")]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='delegation', serialize=False, to='access.appointment')),
                ('reason', models.CharField(max_length=500)),
                ('made_at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.appointment')),
                ('lent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='access.appointment')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.appointment')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('appointment', models.F('lent')), _negated=True), name='access_delegation_of_another')],
            },
        ),
        migrations.RunSQL((SQL / "06_delegation.sql").read_text(encoding="utf-8")),
    ]
