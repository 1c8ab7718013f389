import { AUDIT_MIGRATIONS } from '@drimbox/audit';
import { BUS_MIGRATIONS } from '@drimbox/bus';
import type { Migration } from '@drimbox/persistence';

/** pacs-bridge keeps no table of its own yet: what it says and what it must leave a trace of. */
export const MIGRATIONS: readonly Migration[] = [...BUS_MIGRATIONS, ...AUDIT_MIGRATIONS];
