import { element, trustedXml, type Xml } from '../xml/write.js';

export const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
export const ADDRESSING = 'http://www.w3.org/2005/08/addressing';
const SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** wsa:Action of each transaction (interop §6.2). */
export const ACTIONS = {
  provideAndRegister: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
  registryStoredQuery: 'urn:ihe:iti:2007:RegistryStoredQuery',
  retrieveDocumentSet: 'urn:ihe:iti:2007:RetrieveDocumentSet',
  updateDocumentSet: 'urn:ihe:iti:2010:UpdateDocumentSet',
} as const;

export interface MessageHeader {
  /** Endpoint URL, wsa:To. */
  readonly to: string;
  readonly action: (typeof ACTIONS)[keyof typeof ACTIONS];
  /** `urn:uuid:…`, new for each send. */
  readonly messageId: string;
  /** A VIHF just made by `buildVihf`. */
  readonly vihf: string;
}

/** SOAP 1.2 envelope with WS-Addressing and the VIHF in wsse:Security (interop §6.2). */
export function soapEnvelope(header: MessageHeader, body: Xml): string {
  const envelope = element(
    'soap:Envelope',
    { 'xmlns:soap': SOAP },
    element(
      'soap:Header',
      {},
      element('MessageID', { xmlns: ADDRESSING }, header.messageId),
      element('To', { xmlns: ADDRESSING }, header.to),
      element('Action', { xmlns: ADDRESSING, 'soap:mustUnderstand': 'true' }, header.action),
      element('wsse:Security', { 'xmlns:wsse': SECURITY }, trustedXml(header.vihf)),
    ),
    element('soap:Body', {}, body),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${envelope.xml}`;
}
