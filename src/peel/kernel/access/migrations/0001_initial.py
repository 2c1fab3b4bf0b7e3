"""The tables of access, who speaks, session tokens, and the view of officers."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import peel.kernel.base.ids
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).resolve().parents[1] / 'sql'


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('user_id', models.UUIDField()),
                ('name', models.CharField(max_length=200)),
                ('collar_number', models.CharField(max_length=20)),
                ('rank', models.CharField(max_length=60)),
                ('role', models.CharField(max_length=60)),
                ('unit_id', models.UUIDField(null=True)),
                ('unit_name', models.CharField(max_length=200)),
                ('organisation_id', models.UUIDField()),
                ('organisation_name', models.CharField(max_length=200)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField(null=True)),
                ('current', models.BooleanField()),
            ],
            options={
                'db_table': 'access_officer',
                'ordering': ['name', 'id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, unique=True)),
                ('code', models.CharField(help_text='Short code, for example TMP', max_length=20, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('description', models.CharField(max_length=500)),
                ('system', models.BooleanField(default=False, help_text='For programs, such as the loader: nobody signs in with it')),
                ('totp_required', models.BooleanField(default=True, verbose_name='Needs a second factor')),
                ('reviewed_on', models.DateField(blank=True, null=True)),
                ('reviewed_by', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=150, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('collar_number', models.CharField(max_length=20, unique=True, verbose_name='Collar number')),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Upper('username'), name='access_user_username_any_case')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('rank', models.CharField(blank=True, help_text='Rank or title, for example PC', max_length=60)),
                ('clearance', models.SmallIntegerField(choices=[(1, 'OFFICIAL'), (2, 'OFFICIAL-SENSITIVE'), (3, 'SECRET')], default=1)),
                ('starts', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='access.organisation')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='access.role')),
            ],
            options={
                'ordering': ['-starts'],
            },
        ),
        migrations.CreateModel(
            name='SessionToken',
            fields=[
                ('id', models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('token_hash', models.BinaryField(unique=True)),
                ('created', models.DateTimeField()),
                ('last_seen', models.DateTimeField()),
                ('expires', models.DateTimeField()),
                ('idle_limit', models.DurationField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='access.appointment')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='access.organisation')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='access.unit')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='access.unit'),
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=peel.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('ground', models.CharField(help_text='The agreement or law it rests on', max_length=500)),
                ('starts', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends', models.DateTimeField(blank=True, null=True)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements_given', to='access.organisation')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements_received', to='access.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='access_agreement_two_parties'), models.CheckConstraint(condition=models.Q(('ends', None), ('ends__gt', models.F('starts')), _connector='OR'), name='access_agreement_order')],
            },
        ),
        migrations.CreateModel(
            name='RolePermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.CharField(max_length=120)),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='permissions', to='access.role')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('role', 'permission'), name='access_rolepermission_once'), models.CheckConstraint(condition=models.Q(('permission__regex', '^[a-z_*]+(\\.[a-z_*]+)*$')), name='access_rolepermission_form')],
            },
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('organisation', 'parent', 'name'), name='access_unit_name_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ends', None), ('ends__gte', models.F('starts')), _connector='OR'), name='access_appointment_order'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('clearance__in', [1, 2, 3])), name='access_appointment_clearance'),
        ),
        migrations.RunSQL((SQL / '01_identity.sql').read_text()),
        migrations.RunSQL((SQL / '02_sessions.sql').read_text()),
        migrations.RunSQL((SQL / '03_structure.sql').read_text()),
    ]
