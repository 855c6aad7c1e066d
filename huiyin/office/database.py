"""Which database, and as which role.

With DATABASE_URL the city lives on a PostgreSQL server; without it, on the embedded one
in HUIYIN_HOME. Two roles: the application's, which cannot change or delete what is
append-only, and the owner's, which makes the tables (`huiyin migrate`) and the backups.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from huiyin.office.embedded import Embedded
from huiyin.office.environment import BadSetting, env_choice, env_secret, env_text

ENGINE = "huiyin.office.postgresql"
# Of a server that vanished from the network libpq would not hear for a quarter of an hour.
PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 30_000}


def home_folder() -> Path:
    """The one folder in which all state of a city lies."""
    return Path(env_text("HUIYIN_HOME", "var")).expanduser().resolve()


def embedded_is_used() -> bool:
    """Whether no server is named, so that the embedded database serves."""
    return not env_secret("DATABASE_URL")


def connection_parameters(home: Path, *, owner: bool) -> dict[str, Any]:
    """What libpq needs to connect: host, port, dbname, user, password and the like."""
    url = env_secret("DATABASE_URL")
    if not url:
        return dict(Embedded(home).parameters(owner=owner))
    name = "DATABASE_URL"
    if owner and env_secret("DATABASE_OWNER_URL"):
        name = "DATABASE_OWNER_URL"
    try:
        parameters = conninfo_to_dict(env_secret(name))
    except ProgrammingError:
        parameters = {}
    if not parameters.get("dbname"):
        raise BadSetting(f"{name} cannot be read; write postgresql://user:password@host:5432/name.")
    return dict(parameters)


def connection_url(parameters: dict[str, Any]) -> str:
    """Write connection parameters as the URL that psql, pg_dump and libraries read."""
    rest = dict(parameters)
    user, password = quote(str(rest.pop("user", "")), ""), rest.pop("password", None)
    secret = f":{quote(str(password), '')}" if password else ""
    name = quote(str(rest.pop("dbname", "")), "")
    return f"postgresql://{user}{secret}@/{name}?{urlencode(rest, quote_via=quote)}"


def database_settings(home: Path, *, pool_size: int) -> dict[str, Any]:
    """Django's DATABASES entry, for the role named in HUIYIN_DATABASE_ROLE."""
    role = env_choice("HUIYIN_DATABASE_ROLE", "app", ("app", "owner"))
    given = connection_parameters(home, owner=role == "owner")
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    entry: dict[str, Any] = {"ENGINE": ENGINE, "PORT": str(given.pop("port", ""))}
    entry |= {django: str(given.pop(libpq, "")) for libpq, django in names.items()}
    # Our engine looks at each connection before it is used, a hundred times faster than by asking.
    entry["CONN_HEALTH_CHECKS"] = False
    entry["OPTIONS"] = (
        PATIENCE
        | given
        | {
            # Statements are parsed once, but planned each time: a plan kept from when a table
            # was small reads all of it, row by row, after an import has filled it.
            "server_side_binding": True,
            "options": "-c plan_cache_mode=force_custom_plan",
            "pool": {
                "min_size": 1,
                "max_size": pool_size,
                # In short turns, as the pool tries to connect anew only when it is asked again;
                # how often to ask is decided by the engine.
                "timeout": 0.5,
                "reconnect_timeout": 1,
                "max_lifetime": 1800,
            },
        }
    )
    if role == "owner":
        entry["OPTIONS"].pop("pool")
    return entry
