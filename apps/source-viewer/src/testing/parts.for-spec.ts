export interface TestPart {
  readonly type: string;
  readonly location: string;
  readonly body: Buffer;
}

/** The parts of a stream of a series, by their lengths alone, as the viewer takes them; what was cut off is left out. */
export function partsOf(body: Buffer): TestPart[] {
  const parts: TestPart[] = [];
  for (let at = 0; ;) {
    const end = body.indexOf('\r\n\r\n', at);
    if (end < 0) return parts;
    const head = body.toString('latin1', at, end);
    const valueOf = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
    const length = Number(valueOf('Content-Length'));
    if (!Number.isInteger(length) || body.length < end + 4 + length) return parts;
    parts.push({
      type: valueOf('Content-Type'),
      location: valueOf('Content-Location'),
      body: body.subarray(end + 4, end + 4 + length),
    });
    at = end + 4 + length + 2;
  }
}

export const framesIn = ({ body }: { readonly body: Buffer }): TestPart[] =>
  partsOf(body).filter(({ location }) => /frames/.test(location));

/** The first head of a stream. */
export const headIn = ({ body }: { readonly body: Buffer }): Record<string, { Value?: unknown[] }> =>
  JSON.parse(
    partsOf(body)
      .find(({ type }) => type === 'application/dicom+json')
      ?.body.toString('utf8') ?? '',
  ) as Record<string, { Value?: unknown[] }>;
