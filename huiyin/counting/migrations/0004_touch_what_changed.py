"""Triggers write down each case that changed, whoever writes: actions, imports, a hand."""

from django.db import migrations

# By which column a row of the table names its case.
TABLES = {
    "cases_case": "id",
    "cases_round": "case_id",
    "followup_callback": "case_id",
    "followup_judgement": "case_id",
    "counting_exclusion": "case_id",
    "counting_correction": "case_id",
}
# Once for each statement, and no row of `counting_touched` is ever waited for. A row whose case
# changes touches both, as only its new row would forget the old case.
MAKE = "".join(
    f"""
CREATE FUNCTION counting_touch_{column}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO counting_touched (case_id) SELECT DISTINCT {column} FROM is_now;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO counting_touched (case_id) SELECT DISTINCT {column} FROM was;
    ELSE
        INSERT INTO counting_touched (case_id)
        SELECT {column} FROM is_now UNION SELECT {column} FROM was;
    END IF;
    RETURN NULL;
END $$;
"""  # noqa: S608 - only our own words
    for column in ("id", "case_id")
) + "".join(
    f"CREATE TRIGGER counting_touch_{verb.lower()} AFTER {verb} ON {table}"
    f" REFERENCING {seen} FOR EACH STATEMENT EXECUTE FUNCTION counting_touch_{column}();"
    for table, column in TABLES.items()
    for verb, seen in (
        ("INSERT", "NEW TABLE AS is_now"),
        ("UPDATE", "NEW TABLE AS is_now OLD TABLE AS was"),
        ("DELETE", "OLD TABLE AS was"),
    )
)
UNMAKE = "".join(
    f"DROP TRIGGER counting_touch_{verb} ON {table};"
    for table in TABLES
    for verb in ("insert", "update", "delete")
) + "".join(f"DROP FUNCTION counting_touch_{column}();" for column in ("id", "case_id"))
EVERYTHING = "INSERT INTO counting_touched (case_id) SELECT id FROM cases_case ORDER BY id"


class Migration(migrations.Migration):
    """Watches over what facts are told from, and has all that stands already counted."""

    dependencies = [
        ("counting", "0003_facts_sums_and_what_changed"),
        ("cases", "0005_parts_that_are_due"),
        ("followup", "0002_who_is_asked_and_what_was_judged"),
    ]

    operations = [
        migrations.RunSQL(MAKE, UNMAKE),
        migrations.RunSQL(EVERYTHING, migrations.RunSQL.noop),
    ]
