import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import type { KeyPair } from '../pki/authority.js';
import { ACTION, NS } from './dmp-rules.js';
import { submitObjects } from './reference-metadata.js';
import type { Facts } from './reference-metadata.js';
import { sign, submissionSignatureTemplate, vihfTemplate } from './reference-signature.js';
import type { Algorithm } from './reference-signature.js';
import { runTool } from './tool.js';

/** The certificates of one structure, and the authorities it trusts. */
export interface Organisation {
  readonly structure: string;
  readonly name: string;
  /** ORG AUTH_CLI: chain and key. */
  readonly auth?: { readonly chain: string; readonly key: string };
  readonly seal: KeyPair;
  readonly authorities: string;
}

/** Where a test bends a correct message. Each works on the text of its own layer, before it is signed or attached. */
export interface Bends {
  readonly facts?: Partial<Facts>;
  readonly kos?: (file: Buffer) => Buffer;
  readonly metadata?: (xml: string) => string;
  readonly signatureTemplate?: (xml: string) => string;
  readonly signatureFile?: (xml: string) => string;
  readonly assertion?: (xml: string) => string;
  readonly envelope?: (xml: string) => string;
  readonly headers?: (xml: string) => string;
  readonly attachments?: (parts: ReadonlyMap<string, Buffer>) => ReadonlyMap<string, Buffer>;
  readonly vihfSigner?: KeyPair;
  readonly setSigner?: KeyPair;
  readonly algorithm?: Algorithm;
  readonly implicitKos?: boolean;
}

export interface Message {
  readonly contentType: string;
  readonly body: Buffer;
  readonly facts: Facts;
}

const unchanged = (xml: string): string => xml;
const newUid = (): string => `2.25.${BigInt(`0x${randomBytes(15).toString('hex')}`)}`;

/** Facts of a correct submission of a test patient. */
export const correctFacts = ({ structure, name }: Organisation, changes: Partial<Facts> = {}): Facts => ({
  now: new Date(),
  structure,
  organisation: name,
  ins: '279035121518989',
  insOid: '1.2.250.1.213.1.4.10',
  kosUid: newUid(),
  studyUid: newUid(),
  setUid: newUid(),
  signatureUid: newUid(),
  confidentiality: [],
  ...changes,
});

/** A small KOS, made by dump2dcm. */
export const makeKos = async (facts: Facts, implicit = false): Promise<Buffer> => {
  const dump = [
    '(0008,0005) CS [ISO_IR 192]',
    '(0008,0016) UI [1.2.840.10008.5.1.4.1.1.88.59]',
    `(0008,0018) UI [${facts.kosUid}]`,
    '(0008,0060) CS [KO]',
    '(0008,1111) SQ',
    '(fffe,e0dd)',
    '(0010,0010) PN [PAT-TROIS^DOMINIQUE]',
    `(0010,0020) LO [${facts.ins}]`,
    '(0010,0024) SQ',
    '(fffe,e000) -',
    `(0040,0032) UT [${facts.insOid}]`,
    '(fffe,e00d)',
    '(fffe,e0dd)',
    `(0020,000d) UI [${facts.studyUid}]`,
    `(0020,000e) UI [${facts.kosUid}.2]`,
    '(0040,a040) CS [CONTAINER]',
  ].join('\n');
  let file = Buffer.alloc(0);
  const { exitCode } = await runTool(
    'dump2dcm',
    { 'kos.dump': `${dump}\n` },
    (dir) => [implicit ? '+ti' : '+te', `${dir}/kos.dump`, `${dir}/kos.dcm`],
    async (dir) => {
      file = await readFile(join(dir, 'kos.dcm')).catch(() => Buffer.alloc(0));
    },
  );
  if (exitCode !== 0) throw new Error('dump2dcm could not make the KOS');
  return file;
};

/** A signed ITI-41 request, correct unless bent. */
export const buildSubmission = async (organisation: Organisation, bends: Bends = {}): Promise<Message> => {
  const facts = correctFacts(organisation, bends.facts);
  const algorithm = bends.algorithm ?? 'sha256';
  const kos = (bends.kos ?? ((file: Buffer) => file))(await makeKos(facts, bends.implicitKos));
  const setSigner = bends.setSigner ?? organisation.seal;
  const template = submissionSignatureTemplate(facts, kos, setSigner, algorithm);
  const signedSet = await sign((bends.signatureTemplate ?? unchanged)(template), setSigner, [
    '--id-attr:Id',
    `${NS.ds}:Manifest`,
    '--id-attr:Id',
    'http://uri.etsi.org/01903/v1.1.1#:SignedProperties',
  ]);
  const signature = Buffer.from((bends.signatureFile ?? unchanged)(signedSet));
  const payload =
    `<xds:ProvideAndRegisterDocumentSetRequest xmlns:xds="${NS.xds}">` +
    (bends.metadata ?? unchanged)(submitObjects(facts, kos, signature)) +
    include('DocumentKOS', 'kos@reference') +
    include('Signature01', 'signature@reference') +
    `</xds:ProvideAndRegisterDocumentSetRequest>`;
  const envelope = await buildEnvelope(organisation, ACTION.provideAndRegister, '/repository', payload, facts, bends);
  const attachments = new Map([
    ['kos@reference', kos],
    ['signature@reference', signature],
  ]);
  return { facts, ...packageMtom(envelope, (bends.attachments ?? ((parts) => parts))(attachments)) };
};

const include = (id: string, cid: string): string =>
  `<xds:Document id="${id}"><xop:Include xmlns:xop="${NS.xop}" href="cid:${cid}"/></xds:Document>`;

/** The signed envelope around a payload. */
export const buildEnvelope = async (
  organisation: Organisation,
  action: string,
  path: string,
  payload: string,
  facts: Facts,
  bends: Bends,
): Promise<string> => {
  const signer = bends.vihfSigner ?? organisation.seal;
  const assertion = vihfTemplate(facts, signer, `_${randomUUID()}`, bends.algorithm ?? 'sha256');
  const headers =
    `<MessageID xmlns="${NS.wsa}">urn:uuid:${randomUUID()}</MessageID>` +
    `<To xmlns="${NS.wsa}">https://dmp.sandbox.test${path}</To>` +
    `<Action xmlns="${NS.wsa}" soap:mustUnderstand="true">${action}</Action>`;
  const template =
    `<soap:Envelope xmlns:soap="${NS.soap}"><soap:Header>${(bends.headers ?? unchanged)(headers)}` +
    `<wsse:Security xmlns:wsse="${NS.wsse}">${(bends.assertion ?? unchanged)(assertion)}</wsse:Security></soap:Header>` +
    `<soap:Body>${payload}</soap:Body></soap:Envelope>`;
  const signed = await sign(template, signer, ['--id-attr:ID', `${NS.saml}:Assertion`]);
  return (bends.envelope ?? unchanged)(signed);
};

const packageMtom = (envelope: string, attachments: ReadonlyMap<string, Buffer>): Omit<Message, 'facts'> => {
  const boundary = `reference-${randomUUID()}`;
  const parts = [...attachments].map(([cid, bytes]) =>
    Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n` +
          `Content-ID: <${cid}>\r\n\r\n`,
      ),
      bytes,
      Buffer.from('\r\n'),
    ]),
  );
  const root =
    `--${boundary}\r\nContent-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"\r\n` +
    `Content-Transfer-Encoding: binary\r\nContent-ID: <root@reference>\r\n\r\n${envelope}\r\n`;
  return {
    contentType:
      `multipart/related; type="application/xop+xml"; boundary="${boundary}"; start="<root@reference>"; ` +
      `start-info="application/soap+xml"`,
    body: Buffer.concat([Buffer.from(root), ...parts, Buffer.from(`--${boundary}--\r\n`)]),
  };
};

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** errorCode of each RegistryError, or the code in the Detail of a SOAP fault. */
  readonly codes: readonly string[];
}

/** Sends a message over mTLS. Rejects when the connection does not live to the end of the answer. */
export const send = (
  url: string,
  organisation: Pick<Organisation, 'auth' | 'authorities'>,
  { contentType, body }: Pick<Message, 'contentType' | 'body'>,
  /** Gives up and goes after so long. */
  { timeoutMs }: { readonly timeoutMs?: number } = {},
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: 'POST',
        agent: false,
        ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
        ca: organisation.authorities,
        ...(organisation.auth && { cert: organisation.auth.chain, key: organisation.auth.key }),
        headers: { 'content-type': contentType, 'content-length': body.length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const codes = [...text.matchAll(/errorCode="([^"]+)"|<dmp:code [^>]*>([^<]+)</g)];
          resolve({ status: response.statusCode ?? 0, text, codes: codes.map((match) => match[1] ?? match[2]!) });
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
