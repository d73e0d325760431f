#!/bin/sh
# Runs once, when the database is made: two roles, so that the service cannot change the journal.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner_password="$POSTGRES_OWNER_PASSWORD" --set service_password="$POSTGRES_SERVICE_PASSWORD" <<'SQL'
CREATE ROLE opsflow_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE opsflow_service LOGIN PASSWORD :'service_password';
ALTER DATABASE opsflow OWNER TO opsflow_owner;
REVOKE ALL ON DATABASE opsflow FROM PUBLIC;
GRANT CONNECT ON DATABASE opsflow TO opsflow_service;
ALTER SCHEMA public OWNER TO opsflow_owner;
SQL
