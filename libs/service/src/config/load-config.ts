import { SERVICES } from '@drimbox/contracts';
import { z } from 'zod';
import { CommonConfig, peerVariable } from './common-config.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A service's own settings beside the common ones. */
export type Config<Own extends z.ZodObject = z.ZodObject> = CommonConfig & z.infer<Own>;

export type ConfigResult<Own extends z.ZodObject> = { ok: true; config: Config<Own> } | { ok: false; faults: string[] };

/** `natsSeedFile` → `DRIMBOX_NATS_SEED_FILE`. */
export const variableOf = (key: string): string =>
  `DRIMBOX_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/**
 * Reads the settings of a service, once, at its start; nothing else reads the environment.
 * @param own schema of the service's own settings; keys in camel case, values are coerced from text by the schema.
 * @returns every fault at once, each naming its variable. A value is never repeated: it may be a secret.
 */
export function loadConfig<Own extends z.ZodObject>(own: Own, env: Environment): ConfigResult<Own> {
  const schema = z.object({ ...CommonConfig.shape, ...own.shape });
  const input: Record<string, unknown> = { peers: peersOf(env) };
  // An empty variable is an absent one: manifests often leave a blank where nothing is meant.
  for (const key of Object.keys(schema.shape)) input[key] ??= env[variableOf(key)] || undefined;
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, config: parsed.data as Config<Own> };
  return { ok: false, faults: parsed.error.issues.map((issue) => `${variableAt(issue.path)}: ${issue.message}`) };
}

function peersOf(env: Environment): Record<string, string> {
  return Object.fromEntries(
    SERVICES.flatMap((service) => {
      const url = env[peerVariable(service)];
      return url ? [[service, url] as const] : [];
    }),
  );
}

function variableAt([key, service]: PropertyKey[]): string {
  const peer = SERVICES.find((name) => key === 'peers' && name === service);
  return peer ? peerVariable(peer) : variableOf(String(key));
}
