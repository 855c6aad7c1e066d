"""A trigger renews the one stamp whenever calendars or presets change, whoever writes."""

from django.db import migrations

TABLES = (
    "deadlines_calendar",
    "deadlines_workperiod",
    "deadlines_specialday",
    "deadlines_specialperiod",
    "deadlines_knownyear",
    "deadlines_preset",
    "deadlines_presetrule",
    "deadlines_adoption",
)
MAKE = """
CREATE FUNCTION deadlines_renew_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deadlines_stamp (id, value) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET value = excluded.value;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION deadlines_renew_stamp();"
    for table in TABLES
)
UNMAKE = (
    "".join(f"DROP TRIGGER {table}_stamp ON {table};" for table in TABLES)
    + "DROP FUNCTION deadlines_renew_stamp();"
)


class Migration(migrations.Migration):

    dependencies = [("deadlines", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
