#!/bin/sh
# Run once by the image of PostgreSQL, on an empty volume: the role and the database of the server. docs/database.md says why so little.
set -eu
password=$(cat "${TODO_DB_PASSWORD_FILE:-/run/secrets/db_password}")
psql --set=ON_ERROR_STOP=1 --set=password="$password" --username=postgres <<'SQL'
create role todo login createrole nosuperuser nobypassrls password :'password';
create database todo owner todo;
revoke connect on database todo from public;
SQL
