create table traders (
  id uuid primary key,
  name text not null,
  description text not null default '',
  enabled boolean not null default true,
  is_built_in boolean not null default false,
  -- { code, refreshInterval?, requiredTimeframes?, minCandles?, includeOpenCandle? }; checked by the machine at load,
  -- so that a broken filter is reported there and not refused here without a trace.
  filter jsonb not null,
  user_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index traders_enabled on traders (name) where enabled;

-- On hosts that publish the public schema over HTTP, a table without row-level security is open to everyone. The
-- machine owns its tables and is not bound by it; other readers need a policy.
alter table traders enable row level security;
alter table schema_migrations enable row level security;
