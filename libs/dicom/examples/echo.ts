import { echo, type Peer } from '@drimbox/dicom';

/** Is this PACS there, and does it know us? C-ECHO; with `tls`, DICOM over TLS (PS3.15 Annex B). */
export async function isAlive(host: string, port: number, tls?: Peer['tls']): Promise<string> {
  const peer: Peer = { host, port, calledAe: 'PACS', callingAe: 'DRIMBOX', ...(tls && { tls }) };
  const answer = await echo(peer, { signal: AbortSignal.timeout(10_000) });
  return answer.ok ? 'alive' : `${answer.failure.kind}: ${answer.failure.detail}`;
}
