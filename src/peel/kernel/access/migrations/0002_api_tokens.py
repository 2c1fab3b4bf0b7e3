"""API tokens: their table, and the functions that make, end and use them."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import peel.kernel.base.ids
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).resolve().parents[1] / 'sql'


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('token_hash', models.BinaryField(unique=True)),
                ('hint', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=100)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None)),
                ('purpose', models.CharField(max_length=1000)),
                ('created', models.DateTimeField()),
                ('expires', models.DateTimeField()),
                ('last_used', models.DateTimeField(null=True)),
                ('last_address', models.GenericIPAddressField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to='access.appointment')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.appointment')),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='access.apitoken')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created'],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires__gt', models.F('created'))), name='access_apitoken_order'), models.CheckConstraint(condition=models.Q(('scopes', []), _negated=True), name='access_apitoken_scopes')],
            },
        ),
        migrations.RunSQL((SQL / '04_tokens.sql').read_text()),
    ]
