-- Least privilege on Snowflake: a role that reads the Platform connector's schema and writes schemas of its own, nothing more.
-- Change the names in the first block, paste the public key, run the whole as a user who may use SECURITYADMIN and SYSADMIN.
-- You can run it again: existing objects stay as they are. The statements at the end show the result.

set source_database = 'FIVETRAN_DATABASE';                     -- where the Platform connection writes
set source_schema = 'FIVETRAN_DATABASE.FIVETRAN_LOG';          -- in new accounts FIVETRAN_DATABASE.FIVETRAN_METADATA
set target_database = 'ANALYTICS';                             -- SNOWFLAKE_DATABASE in .nao.env
set role_name = 'FIVETRAN_LOGS';                               -- SNOWFLAKE_ROLE
set user_name = 'FIVETRAN_LOGS';                               -- SNOWFLAKE_USER
set warehouse_name = 'FIVETRAN_LOGS';                          -- SNOWFLAKE_WAREHOUSE

-- 1. A role, and a user that signs in with a key and with nothing else
use role securityadmin;
create role if not exists identifier($role_name);
grant role identifier($role_name) to role sysadmin;
create user if not exists identifier($user_name) type = service;
alter user identifier($user_name) set default_role = $role_name, default_warehouse = $warehouse_name;
grant role identifier($role_name) to user identifier($user_name);
-- the content of rsa_key.pub without its first and last line and without line breaks (docs/PRIVATE_KEY_SETUP.md)
alter user identifier($user_name) set rsa_public_key = 'MIIBIjANBgkqh...';

-- 2. A warehouse that sleeps after a minute, and a database for the marts
use role sysadmin;
create warehouse if not exists identifier($warehouse_name)
    warehouse_size = xsmall
    auto_suspend = 60
    auto_resume = true
    initially_suspended = true;
grant usage on warehouse identifier($warehouse_name) to role identifier($role_name);
create database if not exists identifier($target_database);
-- dbt creates its four schemas here and owns them; it cannot change other schemas
grant usage on database identifier($target_database) to role identifier($role_name);
grant create schema on database identifier($target_database) to role identifier($role_name);

-- 3. Read access to the source. The last grant includes tables that Fivetran adds later; without it they count as missing
use role securityadmin;
grant usage on database identifier($source_database) to role identifier($role_name);
grant usage on schema identifier($source_schema) to role identifier($role_name);
grant select on all tables in schema identifier($source_schema) to role identifier($role_name);
grant select on future tables in schema identifier($source_schema) to role identifier($role_name);

-- 4. Show the result
show grants to role identifier($role_name);
describe user identifier($user_name);
