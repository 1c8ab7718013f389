import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSubmission, type Organisation, send } from '../../dmp/reference-client.js';
import { authCertificateOf, signCertificateOf } from '../../stack/sites.js';
import type { Stack } from '../../stack/stack.js';
import { median } from '../common/statistics.js';
import { rounded } from '../common/outcome.js';

export interface PeerFigures {
  readonly find: number;
  readonly post: number;
  readonly sum: number;
}

/**
 * What a publication cannot do without, done by others on the same idle mesh, one after another: dcmtk's findscu asks
 * the PACS for the study's instances (its process included), then a submission that the reference client has already
 * signed is posted to the DMP on a connection of its own. Nothing is stored, archived, signed or audited.
 * Medians in milliseconds.
 */
export async function measurePeer(stack: Stack, studies: readonly string[]): Promise<PeerFigures> {
  const organisation = await organisationOf(stack);
  const finds: number[] = [];
  const posts: number[] = [];
  for (const study of studies) {
    finds.push(await timed(() => findInstances(stack, study)));
    const message = await buildSubmission(organisation);
    posts.push(
      await timed(async () => {
        const { status, codes } = await send(`${stack.dmp.url}/repository`, organisation, message);
        if (status !== 200 || codes.length > 0) throw new Error(`the DMP refused the peer: ${status} ${codes.join()}`);
      }),
    );
  }
  const [find, post] = [rounded(median(finds)), rounded(median(posts))];
  return { find, post, sum: rounded(find + post) };
}

async function findInstances({ pacs: [pacs], sites: [site] }: Stack, study: string): Promise<void> {
  if (!pacs || !site) throw new Error('no PACS');
  const keys = [`0008,0052=IMAGE`, `0020,000d=${study}`, '0020,000e', '0008,0016', '0008,0018', '0020,0013'];
  const called = ['-aec', pacs.aet, '-aet', 'DRIMBOXALPHA', pacs.host, String(pacs.dicomPort)];
  const child = spawn('findscu', ['-S', ...keys.flatMap((key) => ['-k', key]), ...called], {
    env: { ...process.env, TCP_NODELAY: '1' },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`findscu ended with ${code}`);
}

/** The first site's structure, with the certificates that its product uses. */
async function organisationOf({ certificates, sites: [site] }: Stack): Promise<Organisation> {
  if (!site) throw new Error('no site');
  const read = (name: string): Promise<string> => readFile(join(certificates.storeDir, name), 'utf8');
  const [auth, sign] = [authCertificateOf(site), signCertificateOf(site)];
  const seal = { certificate: await read(`${sign}.cert.pem`), key: await read(`${sign}.key.pem`) };
  return {
    structure: site.structure.id,
    name: site.structure.name,
    auth: { chain: await read(`${auth}.cert.pem`), key: await read(`${auth}.key.pem`) },
    seal,
    authorities: await read('ca.pem'),
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
