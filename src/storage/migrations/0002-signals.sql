create table signals (
  -- Follows from trader, symbol, interval and boundary: storing the same detection twice changes nothing.
  id uuid primary key,
  -- No foreign key: a signal found before its trader was deleted is still stored, and deleting a trader keeps history.
  trader_id uuid not null,
  trader_name text not null,
  symbol text not null check (symbol <> ''),
  interval text not null,
  -- End of the newest candle that the filter saw.
  boundary timestamptz not null,
  price double precision not null check (price >= 0 and price < 'infinity'),
  change_percent double precision,
  quote_volume double precision,
  matched_conditions text[] not null default '{}',
  status text not null default 'new',
  source text not null default 'cloud',
  machine_id text not null,
  trace_id text,
  created_at timestamptz not null,
  stored_at timestamptz not null default now()
);

create index signals_by_trader on signals (trader_id, created_at desc);
create index signals_by_time on signals (created_at desc);

create table signal_analyses (
  id uuid primary key default gen_random_uuid(),
  signal_id uuid not null unique references signals (id) on delete cascade,
  trader_id uuid not null,
  decision text not null check (decision in ('enter_trade', 'bad_setup', 'wait')),
  confidence double precision not null check (confidence between 0 and 1),
  reasoning text not null,
  key_levels jsonb not null,
  technical_indicators jsonb not null,
  model_name text not null,
  latency_ms double precision not null check (latency_ms >= 0),
  created_at timestamptz not null default now()
);

create index signal_analyses_by_trader on signal_analyses (trader_id, created_at desc);

alter table signals enable row level security;
alter table signal_analyses enable row level security;
