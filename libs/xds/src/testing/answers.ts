/** Answers of a registry, written by hand: no code of the product helps to make what it must read. */
const SUCCESS = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success';
const FAILURE = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure';

export const envelope = (body: string, relatesTo?: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${
    relatesTo ? `<RelatesTo xmlns="http://www.w3.org/2005/08/addressing">${relatesTo}</RelatesTo>` : ''
  }</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

const registryResponse = (status: string, content: string): string =>
  `<r:RegistryResponse xmlns:r="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0" status="${status}">${content}</r:RegistryResponse>`;

const errorList = (codes: readonly string[], severity: 'Error' | 'Warning'): string => {
  const urn = `urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:${severity}`;
  const errors = codes.map((code) => `<r:RegistryError errorCode="${code}" codeContext="ctx" severity="${urn}"/>`);
  return `<r:RegistryErrorList>${errors.join('')}</r:RegistryErrorList>`;
};

export const success = (...warnings: readonly string[]): string =>
  registryResponse(SUCCESS, warnings.length === 0 ? '' : errorList(warnings, 'Warning'));
export const failure = (...codes: readonly string[]): string => registryResponse(FAILURE, errorList(codes, 'Error'));
export const partialSuccess = (): string =>
  registryResponse('urn:ihe:iti:2007:ResponseStatusType:PartialSuccess', errorList(['XDSRegistryError'], 'Error'));

export const fault = (code: string, subcode: string, reason: string): string =>
  `<s:Fault><s:Code><s:Value>s:${code}</s:Value><s:Subcode><s:Value xmlns:w="urn:w">w:${subcode}</s:Value></s:Subcode></s:Code>` +
  `<s:Reason><s:Text xml:lang="fr">${reason}</s:Text></s:Reason></s:Fault>`;

/** An AdhocQueryResponse of Success around rim objects. */
export const queryResponse = (objects: string): string =>
  `<q:AdhocQueryResponse xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0" status="${SUCCESS}">` +
  `<RegistryObjectList>${objects}</RegistryObjectList></q:AdhocQueryResponse>`;

const STATUS_TYPE = 'urn:oasis:names:tc:ebxml-regrep:StatusType:';

/** @param status last part of an ebRIM status, or a whole URN. */
export const leaf = (entryUuid: string, uniqueId: string, hash: string, status = 'Approved'): string =>
  `<ExtrinsicObject id="${entryUuid}" status="${status.includes(':') ? status : STATUS_TYPE + status}">` +
  `<Slot name="hash"><ValueList><Value>${hash}</Value></ValueList></Slot>` +
  '<Slot name="size"><ValueList><Value>42</Value></ValueList></Slot>' +
  `<ExternalIdentifier identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value="${uniqueId}"/>` +
  '</ExtrinsicObject>';
