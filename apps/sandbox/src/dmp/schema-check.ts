import { join } from 'node:path';
import { NS } from './dmp-rules.js';
import { runTool } from './tool.js';
import { is, serialize } from './xml.js';
import type { Element } from './xml.js';

export type SchemaVerdict =
  | { readonly schema: 'valid' | 'unavailable' }
  | {
      readonly schema: 'invalid';
      /** Names of the elements at fault, without their content. */ readonly elements: string;
    };

/**
 * Validates a request against the IHE and ebRS schemas with xmllint. `schema` is the path below the schema folder.
 * A XOP include stands for base64 content, which the schema wants to see: a stand-in takes its place.
 */
export const checkSchema = async (
  payload: Element,
  xsdDir: string | undefined,
  schema: 'IHE/IHEXDSB.xsd' | 'ebRS30/query.xsd' | 'ebRS30/lcm.xsd',
): Promise<SchemaVerdict> => {
  if (xsdDir === undefined) return { schema: 'unavailable' };
  const children = payload.children.map((child) =>
    is(child, NS.xds, 'Document') ? { ...child, children: [], text: 'AAAA' } : child,
  );
  const { exitCode, output } = await runTool(
    'xmllint',
    { 'request.xml': serialize({ ...payload, children }) },
    (dir) => ['--noout', '--nonet', '--schema', join(xsdDir, schema), `${dir}/request.xml`],
  );
  if (exitCode === 0) return { schema: 'valid' };
  // 3: validation failed; anything else is a broken schema folder.
  if (exitCode !== 3) throw new Error(`xmllint could not validate (exit ${exitCode})`);
  const names = [...output.matchAll(/Element '(?:\{[^}]*\})?([A-Za-z]+)'/g)].map((match) => match[1]!);
  return { schema: 'invalid', elements: [...new Set(names)].slice(0, 5).join(', ') };
};
