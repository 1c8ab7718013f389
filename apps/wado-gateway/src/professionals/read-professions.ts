import type { ProfessionTable } from '@drimbox/identity';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Table = z.strictObject({
  allowed: z
    .array(
      z.strictObject({
        code: z.string().min(1).max(20),
        system: z.string().regex(/^[0-9]+(\.[0-9]+)+$/),
        label: z.string().max(200).default(''),
      }),
    )
    .min(1)
    .max(500),
  excludedCategories: z.array(z.string().min(1).max(10)).max(20).default(['E']),
});

/** The site's own table of professions. @throws RangeError when the file is none: the service does not start. */
export function readProfessions(file: string): ProfessionTable {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new RangeError('the professions file cannot be read as JSON');
  }
  const parsed = Table.safeParse(json);
  if (!parsed.success) throw new RangeError('the professions file is outside its form');
  return parsed.data;
}
