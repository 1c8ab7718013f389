import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';

/** Forward only: a step that has run anywhere is never changed. */
const OWN: readonly Migration[] = [
  {
    name: 'viewer-001-link-condition',
    sql: `
      -- What pacs-bridge has told of each PACS: by event, and at the start by what it says when asked.
      create table link_condition (
        link text primary key,
        state text not null,
        since timestamptz not null
      )`,
  },
];

export const MIGRATIONS: readonly Migration[] = [...BUS_MIGRATIONS, ...AUDIT_MIGRATIONS, ...OWN];
