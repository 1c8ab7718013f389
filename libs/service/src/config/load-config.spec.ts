import { z } from 'zod';
import { loadConfig } from './load-config.js';

const GOOD = {
  DRIMBOX_REGISTRY_FILE: '/etc/drimbox/registry.json',
  DRIMBOX_DATABASE_URL: 'postgresql://hl7_ingest:secret@db/drimbox',
  DRIMBOX_NATS_URL: 'tls://nats:4222',
  DRIMBOX_NATS_SEED_FILE: '/etc/drimbox/nkey',
  DRIMBOX_INTERNAL_TLS_DIR: '/etc/drimbox/tls',
};
const own = z.object({ maxMessageBytes: z.coerce.number().int().default(20) });

const faultsOf = (env: Record<string, string>): string[] => {
  const read = loadConfig(own, { ...GOOD, ...env });
  return read.ok ? [] : read.faults;
};

it('reads common and own settings, with their defaults', () => {
  const env = { ...GOOD, DRIMBOX_MAX_MESSAGE_BYTES: '30', DRIMBOX_PEER_HL7_INGEST_URL: 'https://hl7:8443' };
  expect(loadConfig(own, env)).toMatchObject({
    ok: true,
    config: {
      mode: 'production',
      databaseUrl: GOOD.DRIMBOX_DATABASE_URL,
      opsHost: '127.0.0.1',
      maxMessageBytes: 30,
      peers: { 'hl7-ingest': 'https://hl7:8443' },
    },
  });
});

it('takes an empty variable for an absent one', () => {
  expect(loadConfig(own, { ...GOOD, DRIMBOX_MODE: '' })).toMatchObject({ ok: true, config: { mode: 'production' } });
});

it.each([
  ['DRIMBOX_MODE', 'prod'],
  ['DRIMBOX_HTTP_PORT', '70000'],
  ['DRIMBOX_DRAIN_SECONDS', 'soon'],
  ['DRIMBOX_DATABASE_URL', 'mysql://x'],
  ['DRIMBOX_MAX_MESSAGE_BYTES', 'many'],
  ['DRIMBOX_PEER_PACS_BRIDGE_URL', 'http://plain:80'],
])('names the wrong variable %s', (variable, value) => {
  expect(faultsOf({ [variable]: value })).toEqual([expect.stringMatching(`^${variable}: `)]);
});

it('says every fault at once and repeats no value', () => {
  const read = loadConfig(own, { DRIMBOX_DATABASE_URL: 'hunter2' });
  const faults = read.ok ? [] : read.faults;
  expect(faults.map((fault) => fault.split(':')[0])).toEqual([
    'DRIMBOX_REGISTRY_FILE',
    'DRIMBOX_DATABASE_URL',
    'DRIMBOX_NATS_URL',
    'DRIMBOX_NATS_SEED_FILE',
    'DRIMBOX_INTERNAL_TLS_DIR',
  ]);
  expect(faults.join()).not.toContain('hunter2');
});
