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
];

export const MIGRATIONS: readonly Migration[] = [...BUS_MIGRATIONS, ...AUDIT_MIGRATIONS, ...OWN];
