import { describeWithSamples, tempDir } from '@drimbox/testing';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { PacsLink } from '@drimbox/contracts';
import { testImage } from './testing/images.for-spec.js';
import { World } from './testing/world.for-spec.js';

/** The requests that the programme publishes (WADO-RS samples), each sent byte for byte. */
describeWithSamples('official requests', (samples) => {
  const dir = tempDir();
  const FILES = ['OK_Requete_CISIS_TSLossless.txt', 'OK_Requete_CISIS_TSLossy.txt', 'Requete_WADO-RS_Serie.txt'];
  const textOf = (file: string): string => readFileSync(join(samples, 'drim-m-data/wado-rs', file), 'utf8').trimEnd();
  const partsOfRequest = (file: string) => {
    const [line = '', ...headers] = textOf(file).split(/\r?\n/);
    const url = new URL(line.split(' ')[1] ?? '');
    const [, path = '', study = '', series = ''] = /^(.*)\/studies\/([^/]+)\/series\/([^/]+)$/.exec(url.pathname) ?? [];
    const valueOf = (name: string): string =>
      (headers.find((header) => header.toLowerCase().startsWith(`${name}:`)) ?? '').slice(name.length + 1).trim();
    return { line, headers, url, path, study, series, valueOf };
  };

  const worlds = new Map<string, World>();
  afterAll(() => Promise.all([...worlds.values()].map((world) => world.stop())));

  /** A gateway that has the study of the request, under the name and the path that it asks at. */
  async function worldOf(file: string): Promise<World> {
    const { url, path, study, series, valueOf } = partsOfRequest(file);
    const world = new World(join(dir, file));
    worlds.set(file, world);
    world.names = { db1: url.hostname, path };
    world.objects.splice(0, world.objects.length, testImage(study, series, `${series}.1`));
    world.pointer = { study, kos: valueOf('kos-sopinstanceuid'), series: [series] };
    await world.start();
    world.psc.token({}, valueOf('authorization').replace(/^Bearer /, ''));
    return world;
  }

  it.each(FILES)('%s, as sent', async (file) => {
    const world = await worldOf(file);
    const { url, headers, line } = partsOfRequest(file);
    const { cert, key } = world.peer;
    const socket = connect({
      host: '127.0.0.1',
      port: world.gateway.ports['wado'] ?? 0,
      servername: url.hostname,
      rejectUnauthorized: false,
      cert,
      key,
    });
    // HTTP/1.1 wants a Host; the published texts leave it out where the client made it from the address.
    const host = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: ${url.host}`];
    const kept = headers.filter((header) => header !== '' && !/^connection:/i.test(header));
    socket.write([line, ...kept, ...host, 'Connection: close', '', ''].join('\r\n'));
    const chunks: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = Buffer.concat(chunks).toString('latin1');
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('type="application/dicom"');
    expect(answer).toMatch(/\r\n--[^\r\n]+--\r\n/);
  });

  it.each(FILES)('%s, by curl alone', async (file) => {
    const world = worlds.get(file)!;
    const { url, headers } = partsOfRequest(file);
    world.psc.token({}, /Bearer (\S+)/.exec(textOf(file))?.[1] ?? '');
    const port = world.gateway.ports['wado'];
    const [cert, key, out] = ['peer.pem', 'peer.key', 'answer'].map((name) => join(dir, `${file}.${name}`)) as [
      string,
      string,
      string,
    ];
    writeFileSync(cert, world.peer.cert);
    writeFileSync(key, world.peer.key);
    const wanted = headers.filter((header) => /^(authorization|kos-sopinstanceuid|accept):/i.test(header));
    // Not the synchronous form: the gateway lives in this very process.
    const { stdout: status } = await promisify(execFile)('curl', [
      ...'--max-time 30 --silent --insecure --write-out %{http_code}'.split(' '),
      ...['--cert', cert, '--key', key, '--output', out].concat(wanted.flatMap((header) => ['-H', header])),
      '--connect-to',
      `${url.hostname}:443:127.0.0.1:${port}`,
      `https://${url.hostname}${url.pathname}`,
    ]);
    expect(status).toBe('200');
    expect(readFileSync(out).includes('DICM')).toBe(true);
  });

  it('none of them is about another form of link', () => {
    for (const file of FILES) expect(PacsLink.shape.wadoPath.safeParse(partsOfRequest(file).path).success).toBe(true);
  });
});
