import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';

/** Forward only: a step that has run anywhere is never changed. */
const OWN: readonly Migration[] = [
  {
    name: 'pacs-001-link-condition',
    sql: `
      create table link_condition (
        link text primary key,
        state text not null,
        code text,
        since timestamptz not null,
        version integer not null
      )`,
  },
  {
    name: 'pacs-002-speed-test',
    sql: `
      create table speed_test (
        id uuid primary key,
        link text not null,
        study text not null,
        at timestamptz not null,
        -- Null while it runs.
        report jsonb
      );
      create index speed_test_link on speed_test (link, at desc)`,
  },
];

export const MIGRATIONS: readonly Migration[] = [...BUS_MIGRATIONS, ...AUDIT_MIGRATIONS, ...OWN];
