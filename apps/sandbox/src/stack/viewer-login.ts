import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { pscClientIdOf } from './certificates.js';
import type { ServiceSurroundings } from './services.js';
import { fqdnsOf, type SandboxDrimbox } from './sites.js';

export const fcClientIdOf = ({ letter }: SandboxDrimbox): string => `drimbox-sandbox-fc-${letter}`;

/** What source-viewer proves itself to FranceConnect+ with, and what its tokens are encrypted to. */
export const viewerLoginFiles = (viewerDir: string): { readonly secretFile: string; readonly keyFile: string } => ({
  secretFile: join(viewerDir, 'fc-secret'),
  keyFile: join(viewerDir, 'fc-key.pem'),
});

/** Registers the vi FQDN of a DRIMbox at both providers of identity, as its operator would at the ANS and the DINUM. */
export async function registerViewer(
  { nation, drimbox, certificates, doors }: Pick<ServiceSurroundings, 'nation' | 'drimbox' | 'certificates' | 'doors'>,
  sites: number,
): Promise<void> {
  if (!nation?.exchange) throw new Error('this country has no providers of identity');
  const { psc, franceConnect } = nation.exchange;
  const { secretFile, keyFile } = viewerLoginFiles(certificates.viewerDir);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const secret = randomBytes(24).toString('hex');
  await Promise.all([writeFile(keyFile, pem, { mode: 0o600 }), writeFile(secretFile, secret, { mode: 0o600 })]);
  const jwk = createPublicKey(pem).export({ format: 'jwk' }) as JWK;
  const key = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RSA-OAEP-256', use: 'enc' };
  const at = (path: string): string[] =>
    Array.from({ length: sites }, (_, index) => `https://${fqdnsOf(drimbox, index + 1).vi}:${doors.vi}${path}`);
  const callbacks = at('/retour');
  await register(psc.deskUrl, {
    clientId: pscClientIdOf(drimbox),
    redirectUris: ['https://localhost/retour', ...callbacks],
    postLogoutRedirectUris: at('/deconnexion/psc'),
  });
  await register(franceConnect.deskUrl, {
    clientId: fcClientIdOf(drimbox),
    secret,
    redirectUris: callbacks,
    postLogoutRedirectUris: at('/deconnexion/franceconnect'),
    jwks: { keys: [key] },
  });
}

async function register(deskUrl: string, client: object): Promise<void> {
  const answer = await fetch(`${deskUrl}/clients`, { method: 'POST', body: JSON.stringify(client) });
  if (answer.status !== 201) throw new Error(`not registered: ${answer.status} ${await answer.text()}`);
}
