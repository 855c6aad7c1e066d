"""A trigger writes down that a unit changed, and has all that stand already counted."""

from django.db import migrations

MAKE = """
CREATE FUNCTION counting_touch_units() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO counting_touched (case_id) VALUES (NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER counting_touch_units AFTER INSERT OR UPDATE OR DELETE ON departments_unit
FOR EACH STATEMENT EXECUTE FUNCTION counting_touch_units();
"""
UNMAKE = """
DROP TRIGGER counting_touch_units ON departments_unit;
DROP FUNCTION counting_touch_units();
"""
EVERYTHING = "INSERT INTO counting_touched (case_id) VALUES (NULL)"


class Migration(migrations.Migration):
    """Watches over the register of units."""

    dependencies = [
        ("counting", "0005_units_as_they_were_known"),
        ("departments", "0002_name_the_unit_that_takes_requests"),
    ]

    operations = [
        migrations.RunSQL(MAKE, UNMAKE),
        migrations.RunSQL(EVERYTHING, migrations.RunSQL.noop),
    ]
