import type { Node } from '../xml/node.js';
import type { Code, Identifier } from './types.js';

/** Room for a UID or a UUID, and for an extension. */
const MAX_ROOT = 128;
const MAX_EXTENSION = 200;

/** II; undefined when it has no root or holds more than an identifier may. */
export function readIdentifier(node: Node | undefined): Identifier | undefined {
  const root = node?.attribute('root');
  const extension = node?.attribute('extension');
  if (root === undefined || root.length > MAX_ROOT || (extension?.length ?? 0) > MAX_EXTENSION) return undefined;
  return extension === undefined ? { root } : { root, extension };
}

/** CD; undefined without a code or its system. */
export function readCode(node: Node | undefined): Code | undefined {
  const code = node?.attribute('code');
  const system = node?.attribute('codeSystem');
  if (code === undefined || system === undefined || system.length > MAX_ROOT) return undefined;
  const display = node?.attribute('displayName');
  return display === undefined ? { code, system } : { code, system, display };
}

/** The object without its undefined properties: absent and undefined are the same to nobody's JSON. */
export function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
