"""Areas and the gazetteer, and the function that tells in which areas a point lies."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AreaSet',
            fields=[
                ('name', models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('force', 'Police force'), ('command_unit', 'Command unit'), ('borough', 'Borough or district'), ('ward', 'Ward'), ('beat', 'Beat'), ('lsoa', 'LSOA'), ('drawn', 'Drawn area')], max_length=12)),
                ('exclusive', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='GazetteerLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('added', models.PositiveBigIntegerField(default=0)),
                ('changed', models.PositiveBigIntegerField(default=0)),
                ('same', models.PositiveBigIntegerField(default=0)),
                ('refused', models.PositiveBigIntegerField(default=0)),
                ('withdrawn', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='GazetteerStaged',
            fields=[
                ('usrn', models.CharField(max_length=8)),
                ('saon', models.CharField(max_length=100)),
                ('paon', models.CharField(max_length=100)),
                ('street', models.CharField(max_length=100)),
                ('locality', models.CharField(max_length=100)),
                ('town', models.CharField(max_length=100)),
                ('administrative_area', models.CharField(max_length=100)),
                ('postcode', models.CharField(max_length=8)),
                ('easting', models.FloatField(null=True)),
                ('northing', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('postcode_key', models.CharField(db_collation='C', max_length=7)),
                ('street_key', models.CharField(db_collation='C', max_length=320)),
                ('number_key', models.CharField(db_collation='C', max_length=110)),
                ('unit_key', models.CharField(db_collation='C', max_length=110)),
                ('id', models.BigIntegerField(db_column='line', primary_key=True, serialize=False)),
                ('uprn', models.BigIntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AreaEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('licence', models.CharField(blank=True, max_length=200)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('loaded_at', models.DateTimeField()),
                ('area_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='places.areaset')),
            ],
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('area_set', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='places.areaset')),
            ],
        ),
        migrations.CreateModel(
            name='AreaVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('outline', models.BinaryField()),
                ('outline_grid', models.BinaryField()),
                ('square_metres', models.FloatField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='places.area')),
                ('edition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='places.areaedition')),
            ],
        ),
        migrations.CreateModel(
            name='AreaPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='places.areaedition')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='places.areaversion')),
            ],
        ),
        migrations.CreateModel(
            name='GazetteerAddress',
            fields=[
                ('usrn', models.CharField(max_length=8)),
                ('saon', models.CharField(max_length=100)),
                ('paon', models.CharField(max_length=100)),
                ('street', models.CharField(max_length=100)),
                ('locality', models.CharField(max_length=100)),
                ('town', models.CharField(max_length=100)),
                ('administrative_area', models.CharField(max_length=100)),
                ('postcode', models.CharField(max_length=8)),
                ('easting', models.FloatField(null=True)),
                ('northing', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('postcode_key', models.CharField(db_collation='C', max_length=7)),
                ('street_key', models.CharField(db_collation='C', max_length=320)),
                ('number_key', models.CharField(db_collation='C', max_length=110)),
                ('unit_key', models.CharField(db_collation='C', max_length=110)),
                ('uprn', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='UPRN')),
            ],
            options={
                'indexes': [models.Index(fields=['postcode_key', 'number_key', 'unit_key'], name='places_gazetteer_postcode'), models.Index(fields=['number_key', 'street_key', 'unit_key'], name='places_gazetteer_number'), models.Index(fields=['street_key', 'number_key', 'unit_key'], name='places_gazetteer_street')],
            },
        ),
        migrations.CreateModel(
            name='GazetteerRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveBigIntegerField()),
                ('field', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=200)),
                ('value', models.CharField(max_length=100)),
                ('load', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='places.gazetteerload')),
            ],
        ),
        migrations.AddConstraint(
            model_name='areaedition',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='places_edition_lasts'),
        ),
        migrations.AddConstraint(
            model_name='areaedition',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('area_set', '='), (models.Func('valid_from', 'valid_to', models.Value('[)'), function='daterange'), '&&')], name='places_edition_alone'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.UniqueConstraint(models.F('area_set'), models.F('code'), name='places_area_code'),
        ),
        migrations.AddConstraint(
            model_name='areaversion',
            constraint=models.UniqueConstraint(models.F('edition'), models.F('area'), name='places_version_once'),
        ),
        migrations.RunSQL((SQL / "02_areas.sql").read_text(), migrations.RunSQL.noop),
        # A row of it lives as long as the load that brought it; a crash may take it.
        migrations.RunSQL(
            "alter table places_gazetteerstaged set unlogged", migrations.RunSQL.noop
        ),
    ]
