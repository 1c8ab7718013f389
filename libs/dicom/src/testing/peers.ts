import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Real DICOM peers of the tests: dcmtk and Orthanc processes, each on a port of its own and in a folder of its own. */
export interface TestPeer {
  readonly port: number;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const temporaryFolder = (): string => mkdtempSync(path.join(tmpdir(), 'drimbox-dicom-'));

export async function startStorescp(): Promise<TestPeer> {
  const port = await freePort();
  const folder = temporaryFolder();
  return start('storescp', ['-od', folder, String(port)], port, folder);
}

/** dcmtk's query/retrieve SCP: strictly hierarchical, AE title QRSCP. */
export async function startDcmqrscp(): Promise<TestPeer> {
  const port = await freePort();
  const folder = temporaryFolder();
  const config = path.join(folder, 'dcmqrscp.cfg');
  writeFileSync(
    config,
    [
      `NetworkTCPPort = ${port}`,
      'MaxPDUSize = 16384',
      'MaxAssociations = 16',
      'HostTable BEGIN',
      'HostTable END',
      'VendorTable BEGIN',
      'VendorTable END',
      'AETable BEGIN',
      `QRSCP ${folder} RW (200, 1024mb) ANY`,
      'AETable END',
    ].join('\n'),
  );
  return start('dcmqrscp', ['-c', config], port, folder);
}

/** Orthanc without plugins nor HTTP, AE title ORTHANC. */
export async function startOrthanc(): Promise<TestPeer> {
  const port = await freePort();
  const folder = temporaryFolder();
  const config = path.join(folder, 'orthanc.json');
  writeFileSync(
    config,
    JSON.stringify({
      DicomAet: 'ORTHANC',
      DicomPort: port,
      HttpServerEnabled: false,
      StorageDirectory: path.join(folder, 'db'),
      Plugins: [],
      DicomAlwaysAllowFind: true,
      DefaultEncoding: 'Utf8',
    }),
  );
  return start('/usr/sbin/Orthanc', [config], port, folder);
}

/** Runs a dcmtk or dicom3tools command to its end; its exit code and all it wrote. */
export function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, TCP_NODELAY: '1' } });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: Buffer.concat(parts).toString('utf8') }));
  });
}

async function start(command: string, args: readonly string[], port: number, folder: string): Promise<TestPeer> {
  const child = spawn(command, args, { env: { ...process.env, TCP_NODELAY: '1' }, stdio: 'ignore' });
  await listening(child, command, port);
  return { port, stop: () => stop(child, folder) };
}

async function listening(child: ChildProcess, command: string, port: number): Promise<void> {
  let startError: Error | undefined;
  child.once('error', (error) => (startError = error));
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (startError) throw startError;
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    if (await connects(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${command} does not listen`);
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 3_000);
    await ended;
    clearTimeout(hard);
  }
  rmSync(folder, { recursive: true, force: true });
}
