import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDcmqrscp } from './start-dcmqrscp.js';
import { startOrthanc } from './start-orthanc.js';

const echo = (aet: string, port: number): number | null =>
  spawnSync('echoscu', ['-aec', aet, '127.0.0.1', String(port)], { env: { ...process.env, TCP_NODELAY: '1' } }).status;

describe('PACS servers', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'drimbox-pacs-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('starts Orthanc under the AE title asked for, with REST and peers, and ends it', async () => {
    const orthanc = await startOrthanc({ dir, aet: 'PACS1', peers: [{ aet: 'BOX', host: '127.0.0.1', port: 11112 }] });
    try {
      expect(echo('PACS1', orthanc.dicomPort)).toBe(0);
      expect(echo('OTHER', orthanc.dicomPort)).not.toBe(0);
      await orthanc.addPeer({ aet: 'LATE', host: '127.0.0.1', port: 11113 });
      expect(await (await fetch(`${orthanc.restUrl}/modalities`)).json()).toEqual(['BOX', 'LATE']);
    } finally {
      await orthanc.stop();
    }
    expect(echo('PACS1', orthanc.dicomPort)).not.toBe(0);
  });

  it('starts dcmqrscp', async () => {
    const peers = [{ aet: 'BOX', host: '127.0.0.1', port: 11112 }];
    const pacs = await startDcmqrscp({ dir, aet: 'PACS2', peers });
    try {
      expect(echo('PACS2', pacs.dicomPort)).toBe(0);
    } finally {
      await pacs.stop();
    }
  });
});
