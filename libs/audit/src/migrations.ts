import type { Migration } from '@drimbox/persistence';

/** Records that wait for the audit service. Nothing deletes them: until it exists, this table is the audit trail. */
export const AUDIT_MIGRATIONS: readonly Migration[] = [
  {
    name: 'audit-001-outbox',
    sql: `
      create table audit_outbox (
        position bigint generated always as identity primary key,
        id uuid not null unique,
        record jsonb not null,
        traceparent text not null,
        created_at timestamptz not null default now(),
        sent_at timestamptz
      );
      create index audit_outbox_unsent on audit_outbox (position) where sent_at is null;`,
  },
];
