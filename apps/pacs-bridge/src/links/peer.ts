import type { ErrorCode, Failure, PacsLink } from '@drimbox/contracts';
import type { FailureKind, Peer, PeerFailure } from '@drimbox/dicom';
import { CertificateStore } from '@drimbox/service';
import { Injectable } from '@nestjs/common';

/** PACS failures in the words of the error table. */
const CODES: Readonly<Record<FailureKind, ErrorCode>> = {
  unreachable: 'DRIM-300',
  timeout: 'DRIM-301',
  rejected: 'DRIM-302',
  aborted: 'DRIM-300',
  refused: 'DRIM-303',
  malformed: 'DRIM-304',
  limit: 'DRIM-304',
  cancelled: 'DRIM-300',
};

export const failureOf = ({ kind, detail, status }: PeerFailure): Failure & { readonly detail: string } => ({
  code: CODES[kind],
  detail: status === undefined ? detail : `${detail} (${status.toString(16).padStart(4, '0')}H)`,
});

/** Failures that say that the PACS itself is not well; the others are about one request. */
const ABOUT_THE_PACS: ReadonlySet<FailureKind> = new Set(['unreachable', 'timeout', 'rejected', 'aborted']);

export const isAboutThePacs = (kind: FailureKind): boolean => ABOUT_THE_PACS.has(kind);

/** The PACS of a link as an application entity to call, over TLS where the link says so. */
@Injectable()
export class Peers {
  constructor(private readonly certificates: CertificateStore) {}

  of(link: PacsLink): Peer {
    return {
      host: link.host,
      port: link.port,
      calledAe: link.calledAe,
      callingAe: link.callingAe,
      timers: {
        connect: link.connectSeconds * 1000,
        associate: link.answerSeconds * 1000,
        answer: link.answerSeconds * 1000,
      },
      ...(link.tls && { tls: this.tlsOf(link.tls) }),
    };
  }

  /** A certificate that is not in the store is not shown: the PACS says what it thinks of that. */
  private tlsOf({ certificate, serverName }: NonNullable<PacsLink['tls']>): NonNullable<Peer['tls']> {
    const pair = certificate === undefined ? undefined : this.certificates.get(certificate);
    const ca = this.certificates.anchors();
    return {
      minVersion: 'TLSv1.2',
      ...(pair && { cert: pair.cert, key: pair.key }),
      ...(ca !== undefined && { ca }),
      ...(serverName !== undefined && { servername: serverName }),
    };
  }
}
