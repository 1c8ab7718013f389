import { z } from 'zod';
import { SERVICES } from '../services.js';
import { durableOf, natsPermissionsOf } from './bus-topology.js';
import { EVENT_NAMES, EVENTS, ROUTES } from './catalogue.js';

/** Names that would carry a patient or a document onto the bus (architecture, rule 2). */
const FORBIDDEN =
  /patient|ins$|^ins|nir|ipp|name|family|given|birth|sex|gender|address|phone|mail|cda|body|document|text|title|description|accession|physician/i;
/** Keys that the pattern above would catch though they name no patient: none today. */
const CLEARED = new Set<string>(['instances']);

function keysOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (schema === null || typeof schema !== 'object') return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties' && value !== null && typeof value === 'object'
      ? [...Object.keys(value as object), ...Object.values(value as object).flatMap(keysOf)]
      : keysOf(value),
  );
}

describe('no patient on the bus', () => {
  it('the scan sees nested fields', () => {
    const schema = z.strictObject({ list: z.array(z.strictObject({ patientName: z.string() })) });
    expect(keysOf(z.toJSONSchema(schema, { unrepresentable: 'any' })).filter((key) => FORBIDDEN.test(key))).toEqual([
      'patientName',
    ]);
  });

  it.each(EVENT_NAMES)('%s has no forbidden field, and no open object', (name) => {
    const json = z.toJSONSchema(EVENTS[name], { unrepresentable: 'any' });
    expect(keysOf(json).filter((key) => FORBIDDEN.test(key) && !CLEARED.has(key))).toEqual([]);
    expect(JSON.stringify(json)).toContain('"additionalProperties":false');
    expect(JSON.stringify(json)).not.toContain('"additionalProperties":{}');
  });

  it.each(EVENT_NAMES)('%s bounds every text it carries', (name) => {
    const unbounded: string[] = [];
    const walk = (path: string, node: unknown): void => {
      if (node === null || typeof node !== 'object') return;
      const entry = node as Record<string, unknown>;
      const bounded =
        'maxLength' in entry || 'enum' in entry || 'const' in entry || 'pattern' in entry || 'format' in entry;
      if (entry['type'] === 'string' && !bounded) unbounded.push(path);
      for (const [key, value] of Object.entries(entry)) walk(`${path}.${key}`, value);
    };
    walk(name, z.toJSONSchema(EVENTS[name], { unrepresentable: 'any' }));
    // `code` is a refined string: only the keys of the error table pass.
    expect(unbounded.filter((path) => !path.endsWith('.code'))).toEqual([]);
  });
});

describe('who may say what on the bus', () => {
  it('every event has a speaker that exists, and nobody hears himself', () => {
    for (const name of EVENT_NAMES) {
      expect(ROUTES[name].from.length).toBeGreaterThan(0);
      for (const service of ROUTES[name].from) expect(ROUTES[name].to).not.toContain(service);
    }
  });

  it.each(SERVICES)('%s publishes its own events and reads its own durables only', (service) => {
    const { publish, subscribe } = natsPermissionsOf(service);
    expect(subscribe).toEqual([`_INBOX_${service}.>`]);
    for (const name of EVENT_NAMES) {
      expect(publish.includes(`drim.evt.${name}`)).toBe(ROUTES[name].from.includes(service));
      expect(publish.some((subject) => subject.includes(durableOf(service, name)))).toBe(
        ROUTES[name].to.includes(service),
      );
    }
    expect(
      publish.some((subject) => /STREAM\.(CREATE|UPDATE|DELETE|PURGE)|CONSUMER\.(CREATE|DURABLE|DELETE)/.test(subject)),
    ).toBe(false);
  });
});
