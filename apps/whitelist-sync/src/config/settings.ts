import type { Config } from '@drimbox/service';
import { type Dn, parseDn, signerPattern } from '@drimbox/trust';
import { z } from 'zod';

const Path = z.string().min(1);
const WebUrl = z.url({ protocol: /^https?$/, error: 'an https:// address' });
const Days = (fallback: number) => z.coerce.number().positive().max(3650).default(fallback);

/** `CN=…,OU=…;CN=…,OU=…`: names that may sign the list. */
const Signers = z
  .string()
  .default('CN=Liste Blanche DRIM-M,OU=318751275100020')
  .transform((text, context): Dn[] =>
    text.split(';').flatMap((one) => {
      const pattern = signerPattern(parseDn(one));
      if (pattern) return [pattern];
      context.addIssue({ code: 'custom', message: 'names of signers separated by ";", each with CN and OU' });
      return [];
    }),
  );

/** Settings of whitelist-sync; each guess or disagreement of the facts is explained in docs/unknowns.md. */
export const SettingsSchema = z.object({
  whiteListUrl: WebUrl,
  /** PEM of authorities that may vouch for the server of the list, besides those of the system. */
  whiteListCaFile: Path.optional(),
  whiteListSigners: Signers,
  /** Time of the daily download, French legal time, and the most it is put off so that DRIMboxes do not come together. */
  whiteListTime: z
    .string()
    .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'HH:MM')
    .default('04:00'),
  whiteListJitterMinutes: z.coerce.number().min(0).max(720).default(60),
  /** After an attempt that failed. */
  whiteListRetrySeconds: z.coerce.number().positive().default(900),
  whiteListTimeoutSeconds: z.coerce.number().positive().max(600).default(60),
  whiteListMaxBytes: z.coerce
    .number()
    .int()
    .positive()
    .default(8 * 1024 * 1024),
  /** A list that could not be verified again for so long is used no more. */
  whiteListMaxAgeDays: Days(7),
  /** CRLs of the authorities, comma-separated; HTTP is allowed, since they are signed. */
  crlUrls: z
    .string()
    .transform((text) => text.split(',').map((url) => url.trim()))
    .pipe(z.array(WebUrl).min(1).max(20)),
  crlPaceSeconds: z.coerce.number().positive().default(3600),
  crlGraceSeconds: z.coerce
    .number()
    .min(0)
    .max(7 * 86_400)
    .default(0),
  crlTimeoutSeconds: z.coerce.number().positive().max(600).default(60),
  crlMaxBytes: z.coerce
    .number()
    .int()
    .positive()
    .default(16 * 1024 * 1024),
  /** Folder of `ca.pem` (IGC-Santé anchors and intermediates) and of `<name>.cert.pem`: public halves, no key is needed. */
  publicCertificatesDir: Path,
  /** When the PSC client (Client_ID or its certificate) ends; nobody tells us but the operator. */
  pscClientExpiresAt: z.iso.datetime({ offset: true }).optional(),
  expiryWarningDays: Days(60),
  crlWarningHours: z.coerce.number().positive().default(24),
  whiteListWarningDays: Days(2),
  alertWebhookUrl: WebUrl.optional(),
  smtpUrl: z.url({ protocol: /^smtps?$/, error: 'an smtps:// or smtp:// address' }).optional(),
  alertMailFrom: z.email().optional(),
  alertMailTo: z
    .string()
    .transform((text) => text.split(',').map((address) => address.trim()))
    .pipe(z.array(z.email()).min(1))
    .optional(),
});
export type Settings = Config<typeof SettingsSchema>;
