import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** What this peer uses of dcmjs-dimse, which is CommonJS. */
interface DcmjsAssociation {
  setMaxPduLength(length: number): void;
  getPresentationContexts(): {
    context: { setResult(result: number, syntax?: string): void; getTransferSyntaxUids(): string[] };
  }[];
}
interface DcmjsDimse {
  Scp: new (
    socket: Socket,
    options: object,
  ) => {
    sendAssociationAccept(): void;
    sendAssociationReleaseResponse(): void;
  };
  Server: new (scp: unknown) => { listen(port: number): void; on(event: string, listener: () => void): void };
  responses: { CStoreResponse: { fromRequest(request: unknown): { setStatus(status: number): void } } };
  constants: { PresentationContextResult: { Accept: number }; Status: { Success: number } };
  log: { setLevel(level: string): void };
}

const dimse = createRequire(import.meta.url)('dcmjs-dimse') as DcmjsDimse;
dimse.log.setLevel('silent');

/** The peer as its defaults make it: each object is parsed, none is written. Its port is the argument. */
class Receiver extends dimse.Scp {
  /** Set by the library's network layer, which looks for it there. */
  association: DcmjsAssociation | undefined;

  constructor(socket: Socket, options: object) {
    super(socket, options);
    socket.setNoDelay(true);
  }

  associationRequested(association: DcmjsAssociation): void {
    this.association = association;
    association.setMaxPduLength(131_072);
    for (const { context } of association.getPresentationContexts()) {
      context.setResult(dimse.constants.PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
    }
    this.sendAssociationAccept();
  }

  cStoreRequest(request: unknown, callback: (response: unknown) => void): void {
    const response = dimse.responses.CStoreResponse.fromRequest(request);
    response.setStatus(dimse.constants.Status.Success);
    callback(response);
  }

  associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
  }
}

const server = new dimse.Server(Receiver);
server.on('networkError', () => undefined);
server.listen(Number(process.argv[2]));
