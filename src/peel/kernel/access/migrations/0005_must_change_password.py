"""A password that an administrator has set is to be changed at the next sign-in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("access", "0004_delegation")]

    operations = [
        migrations.AddField(
            "user",
            "must_change_password",
            models.BooleanField(
                default=False, db_default=False, help_text="Set by an administrator's reset"
            ),
        ),
    ]
