create table trader_executions (
  trader_id uuid not null,
  interval text not null,
  boundary timestamptz not null,
  machine_id text not null,
  revision text not null,
  started_at timestamptz not null,
  duration_ms double precision not null check (duration_ms >= 0),
  -- Null: the trader screened its symbols.
  error_type text,
  evaluated integer not null check (evaluated >= 0),
  skipped jsonb not null,
  new_matches integer not null check (new_matches >= 0),
  continuing_matches integer not null check (continuing_matches >= 0),
  matched_symbols text[] not null,
  -- A trader that is changed is screened again at once, on a boundary that its former filter saw too.
  primary key (trader_id, interval, boundary, machine_id, revision)
);

-- The last screening of a trader, which a restarted machine goes on from.
create index trader_executions_last on trader_executions (trader_id, boundary desc, started_at desc)
  where error_type is null;
create index trader_executions_by_time on trader_executions (boundary);

create table machine_events (
  id uuid primary key,
  machine_id text not null,
  type text not null,
  at timestamptz not null,
  detail jsonb not null default '{}'
);

create index machine_events_by_time on machine_events (at desc);

alter table trader_executions enable row level security;
alter table machine_events enable row level security;
