#!/bin/sh
# The password comes as a file, and stands in no image and no environment.
set -eu
umask 077
password=$(cat "${TODO_DB_PASSWORD_FILE:-/run/secrets/db_password}")
case $password in *\"*) echo 'pgbouncer: the password must hold no double quote' >&2; exit 1 ;; esac
printf '"todo" "%s"\n' "$password" >/tmp/userlist.txt
exec pgbouncer "${1:-/etc/pgbouncer/pgbouncer.ini}"
