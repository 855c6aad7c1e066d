from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("logbook", "0001_initial")]

    operations = [
        # Django adds an index for LIKE to a text key; in the order "C" the key itself serves,
        # and the heads of chains move with every step in the city.
        migrations.RunSQL(
            "DROP INDEX IF EXISTS logbook_chain_about_96411c2e_like", migrations.RunSQL.noop
        ),
    ]
