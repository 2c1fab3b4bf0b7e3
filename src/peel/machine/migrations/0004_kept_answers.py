"""Idempotency keys: what was done under each."""

import django.db.models.deletion
import peel.kernel.base.clock
import peel.kernel.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_proof'),
        ('machine', '0002_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=255)),
                ('call_hash', models.BinaryField()),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('made_at', models.DateTimeField(default=peel.kernel.base.clock.now)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='access.appointment')),
            ],
            options={
                'indexes': [models.Index(fields=['made_at'], name='machine_keptanswer_made')],
                'constraints': [models.UniqueConstraint(fields=('appointment', 'key'), name='machine_keptanswer_once')],
            },
        ),
    ]
