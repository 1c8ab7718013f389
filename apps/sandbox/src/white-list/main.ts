import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Authority } from '../pki/authority.js';
import { ListForm, PublishedEntry } from './list-form.js';
import { startWhiteListPublisher } from './server.js';

const Port = z.coerce.number().int().min(0).max(65535).default(0);

const Environment = z.object({
  /** JSON of the sandbox's IGC-Santé with its keys (`Authority`). */
  WHITE_LIST_AUTHORITY_FILE: z.string().min(1),
  /** JSON array of entries. */
  WHITE_LIST_ENTRIES: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(PublishedEntry)),
  WHITE_LIST_FORM: ListForm.default('enveloped'),
  WHITE_LIST_PORT: Port,
  WHITE_LIST_CRL_PORT: Port,
  WHITE_LIST_DESK_PORT: Port,
});

const environment = Environment.parse(process.env);
const running = await startWhiteListPublisher({
  igc: JSON.parse(await readFile(environment.WHITE_LIST_AUTHORITY_FILE, 'utf8')) as Authority,
  entries: environment.WHITE_LIST_ENTRIES,
  form: environment.WHITE_LIST_FORM,
  port: environment.WHITE_LIST_PORT,
  crlPort: environment.WHITE_LIST_CRL_PORT,
  deskPort: environment.WHITE_LIST_DESK_PORT,
});
const { listUrl, crlUrls, deskUrl } = running;
console.log(JSON.stringify({ ready: true, port: Number(new URL(listUrl).port), listUrl, crlUrls, deskUrl }));

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    void running.stop().then(() => process.exit(0));
  });
