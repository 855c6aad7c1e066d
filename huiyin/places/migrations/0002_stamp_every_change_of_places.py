"""A trigger renews the one stamp whenever places or boundaries change, whoever writes."""

from django.db import migrations

MAKE = """
CREATE FUNCTION places_renew_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO places_stamp (id, value) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET value = excluded.value;
    RETURN NULL;
END $$;
CREATE TRIGGER places_place_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON places_place
    FOR EACH STATEMENT EXECUTE FUNCTION places_renew_stamp();
CREATE TRIGGER places_boundary_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON places_boundary
    FOR EACH STATEMENT EXECUTE FUNCTION places_renew_stamp();
"""
UNMAKE = """
DROP TRIGGER places_place_stamp ON places_place;
DROP TRIGGER places_boundary_stamp ON places_boundary;
DROP FUNCTION places_renew_stamp();
"""


class Migration(migrations.Migration):

    dependencies = [("places", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
