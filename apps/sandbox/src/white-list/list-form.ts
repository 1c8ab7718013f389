import { z } from 'zod';

/** The two signed forms of the national list: 2024–2025, and since September 2026. */
export const ListForm = z.enum(['filter2', 'enveloped']);
export type ListForm = z.infer<typeof ListForm>;

export const PublishedEntry = z.strictObject({
  db: z.string(),
  vi: z.string().default(''),
  operator: z.string().default('OPERATEUR SANDBOX'),
  /** `CN=…,OU=…`: the DN of the certificate that serves `db`. */
  dn: z.string(),
});
export type PublishedEntry = z.infer<typeof PublishedEntry>;

/** What is published, before it is signed. */
export interface ListDraft {
  readonly form: ListForm;
  readonly generatedAt: Date;
  readonly signingTime: Date;
  readonly entries: readonly PublishedEntry[];
}
