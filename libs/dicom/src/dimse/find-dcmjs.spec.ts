import { createRequire } from 'node:module';
import { find } from '../client.js';
import { Tag } from '../dataset/tags.js';
import { freePort } from '../testing/peers.js';

/** What the test uses of dcmjs-dimse, another DICOM implementation. */
interface DcmjsAssociation {
  getPresentationContexts(): {
    context: { setResult(result: number, syntax?: string): void; getTransferSyntaxUids(): string[] };
  }[];
}
interface DcmjsScp {
  sendAssociationAccept(): void;
  sendAssociationReleaseResponse(): void;
}
interface DcmjsDimse {
  Scp: new (...args: unknown[]) => DcmjsScp;
  Server: new (scp: unknown) => {
    listen(port: number): void;
    close(): void;
    on(event: string, listener: () => void): void;
  };
  Dataset: new (elements: Record<string, unknown>) => unknown;
  responses: {
    CFindResponse: {
      fromRequest(request: unknown): { setStatus(status: number): void; setDataset(dataset: unknown): void };
    };
  };
  constants: { PresentationContextResult: { Accept: number }; Status: { Pending: number; Success: number } };
  log: { setLevel(level: string): void };
}

const dimse = createRequire(import.meta.url)('dcmjs-dimse') as DcmjsDimse;
dimse.log.setLevel('silent');

/** Accepts everything and answers each query with two series. */
class FindScp extends dimse.Scp {
  associationRequested(association: DcmjsAssociation): void {
    for (const { context } of association.getPresentationContexts()) {
      context.setResult(dimse.constants.PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
    }
    this.sendAssociationAccept();
  }

  cFindRequest(request: unknown, callback: (responses: unknown[]) => void): void {
    const pending = ['IRM genou', 'Sagittal'].map((description, index) => {
      const response = dimse.responses.CFindResponse.fromRequest(request);
      const elements = {
        QueryRetrieveLevel: 'SERIES',
        SeriesInstanceUID: `1.2.${index + 1}`,
        SeriesNumber: String(index + 1),
      };
      response.setDataset(new dimse.Dataset({ ...elements, SeriesDescription: description }));
      response.setStatus(dimse.constants.Status.Pending);
      return response;
    });
    const final = dimse.responses.CFindResponse.fromRequest(request);
    final.setStatus(dimse.constants.Status.Success);
    callback([...pending, final]);
  }

  associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
  }
}

it('C-FIND at dcmjs-dimse: two series', async () => {
  const port = await freePort();
  const server = new dimse.Server(FindScp);
  server.listen(port);
  const found = await find(
    { host: '127.0.0.1', port, calledAe: 'DCMJS', callingAe: 'DRIMBOX' },
    {
      level: 'SERIES',
      keys: { [Tag.StudyInstanceUID]: '1.2', [Tag.SeriesInstanceUID]: '', [Tag.SeriesDescription]: '' },
    },
  );
  server.close();
  if (!found.ok) throw new Error(found.failure.detail);
  expect(
    found.value.map((series) => [
      series.getString(Tag.SeriesInstanceUID),
      series.getInt(Tag.SeriesNumber),
      series.getString(Tag.SeriesDescription),
    ]),
  ).toEqual([
    ['1.2.1', 1, 'IRM genou'],
    ['1.2.2', 2, 'Sagittal'],
  ]);
});
