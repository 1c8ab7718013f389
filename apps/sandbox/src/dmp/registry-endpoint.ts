import { ACTION, NS } from './dmp-rules.js';
import { authenticate, disturbance, faulty, reportOf, SOAP_XML } from './exchange.js';
import type { Answer, Authentic, Dmp, Exchange } from './exchange.js';
import { checkSchema } from './schema-check.js';
import type { SchemaVerdict } from './schema-check.js';
import { queryResponse, registryResponse, soapAnswer } from './soap.js';
import { runStoredQuery } from './stored-query.js';
import { checkUpdate } from './update-document-set.js';
import { bad, good, senderFault } from './verdict.js';
import type { Checked, RegistryError } from './verdict.js';
import { is } from './xml.js';

/** What one of the two transactions of the endpoint does with an authentic request. */
interface Transaction {
  readonly payload: readonly [ns: string, name: string];
  readonly schema: Parameters<typeof checkSchema>[2];
  /** errorCode when the schema is not kept. */
  readonly schemaError: string;
  /** The value is what the answer is written from. */
  readonly work: (
    dmp: Dmp,
    request: Authentic,
  ) =>
    | Promise<Checked<readonly string[], readonly RegistryError[]>>
    | Checked<readonly string[], readonly RegistryError[]>;
  readonly responseAction: string;
  readonly write: (found: readonly string[], errors: readonly RegistryError[]) => string;
}

/** ITI-18: Registry Stored Query (interop §6.1, TD3.1). */
const STORED_QUERY: Transaction = {
  payload: [NS.query, 'AdhocQueryRequest'],
  schema: 'ebRS30/query.xsd',
  schemaError: 'XDSRegistryError',
  work: ({ registry }, { soap, vihf }) => runStoredQuery(soap.payload, registry, vihf),
  responseAction: ACTION.storedQueryResponse,
  write: queryResponse,
};

/** ITI-57: Update Document Set (interop §6.1, TD3.3). */
const UPDATE_DOCUMENT_SET: Transaction = {
  payload: [NS.lcm, 'SubmitObjectsRequest'],
  schema: 'ebRS30/lcm.xsd',
  schemaError: 'XDSRegistryMetadataError',
  work: async ({ registry, clock }, { soap, vihf }) => {
    const deletion = checkUpdate(soap.payload, { vihf, now: clock() });
    if (!deletion.ok) return deletion;
    const deleted = await registry.delete(deletion.value);
    return deleted.ok ? good([]) : deleted;
  },
  responseAction: ACTION.updateDocumentSetResponse,
  write: (_found, errors) => registryResponse(errors),
};

/** Answers a query or an update: the action says which. */
export const answerRegistry = async (dmp: Dmp, exchange: Exchange): Promise<Answer> => {
  if (!/^application\/soap\+xml\s*(;|$)/i.test(exchange.contentType))
    return faulty(senderFault('NotSoap12', 'Content-Type is not application/soap+xml', 'dmp:Malformed'));
  const message = { xml: exchange.body, attachments: new Map<string, Buffer>() };
  const request = await authenticate(dmp, exchange, message, [ACTION.storedQuery, ACTION.updateDocumentSet]);
  if (!request.ok) return request.problem;
  const { soap, concerned } = request.value;
  const transaction = soap.action === ACTION.storedQuery ? STORED_QUERY : UPDATE_DOCUMENT_SET;
  const answer = (
    result: Checked<readonly string[], readonly RegistryError[]>,
    schema?: SchemaVerdict['schema'],
  ): Answer => {
    const [found, errors] = result.ok ? [result.value, []] : [[], result.problem];
    return {
      status: 200,
      contentType: SOAP_XML,
      body: soapAnswer(transaction.responseAction, soap.messageId, transaction.write(found, errors)),
      line: reportOf(request.value, errors, schema),
    };
  };
  const disturbed = disturbance(exchange);
  if (disturbed) return answer(bad([disturbed]));
  if (!is(soap.payload, ...transaction.payload))
    return faulty(senderFault('Payload', `not a ${transaction.payload[1]}`, 'dmp:Malformed'), {
      messageId: soap.messageId,
      ...concerned,
    });
  const verdict = await checkSchema(soap.payload, dmp.xsdDir, transaction.schema);
  if (verdict.schema === 'invalid')
    return answer(bad([{ code: transaction.schemaError, context: `schema: ${verdict.elements}` }]), verdict.schema);
  return answer(await transaction.work(dmp, request.value), verdict.schema);
};
