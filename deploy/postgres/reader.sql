-- The role liqwatch_reader, for Grafana: it may read liqwatch's tables and nothing else.
-- The Postgres image runs this once, when its volume is new. On a database of your own, run it as the
-- user that liqwatch connects as (it needs CREATEROLE), before or after the first start of liqwatch:
--   LIQWATCH_READER_PASSWORD=... psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f deploy/postgres/reader.sql
\getenv reader_password LIQWATCH_READER_PASSWORD
create role liqwatch_reader login password :'reader_password' connection limit 10;
-- A dashboard may be slow; it may not write, and it may not hold up the one who writes.
alter role liqwatch_reader set default_transaction_read_only = on;
alter role liqwatch_reader set statement_timeout = '30s';
alter role liqwatch_reader set lock_timeout = '1s';

-- Migrations find the schema there; tables that they make later are readable by default.
create schema if not exists liqwatch;
grant usage on schema liqwatch to liqwatch_reader;
grant select on all tables in schema liqwatch to liqwatch_reader;
alter default privileges in schema liqwatch grant select on tables to liqwatch_reader;
