import type { Access, From, JournalOptions, Person } from '@drimbox/images';
import { randomUUID } from 'node:crypto';
import type { SignedIn, View } from '../session/session.js';

/** This door, as its records and events name it. */
export const DOOR: JournalOptions = { service: 'source-viewer', door: 'viewer', processTable: 'portal_process' };

/** Of somebody signed in, what the trail names: never tokens. */
export const personIn = ({ id, session }: SignedIn): Person => ({ id, ...(session !== undefined && { session }) });

/** The facts of images that a view asks for. */
export const accessOf = (
  { site, pacsLink, study, identity, who }: View,
  from: From,
  what: Pick<Access, 'level' | 'series' | 'instance' | 'kind'>,
): Access => ({
  id: randomUUID(),
  ...what,
  site,
  pacsLink,
  study,
  kos: identity.kos,
  person: personIn(who),
  profile: who.kind,
  patient: { matricule: identity.patient.matricule, oid: identity.patient.oid },
  from,
});
