import { randomUUID } from 'node:crypto';
import { ACTION, NS } from './dmp-rules.js';
import { authenticate, disturbance, faulty, reportOf } from './exchange.js';
import type { Answer, Dmp, Exchange } from './exchange.js';
import type { LedgerLine } from './ledger.js';
import { parseMtom } from './mtom.js';
import { checkSubmission } from './provide-and-register.js';
import { checkSchema } from './schema-check.js';
import { registryResponse, soapAnswer } from './soap.js';
import { senderFault } from './verdict.js';
import type { RegistryError } from './verdict.js';
import { is } from './xml.js';

/** ITI-41: Provide and Register Document Set-b, with or without RPLC (interop §6.1, TD2.1). */
export const answerRepository = async (dmp: Dmp, exchange: Exchange): Promise<Answer> => {
  const message = parseMtom(exchange.contentType, exchange.body);
  if (!message.ok) return faulty(senderFault('NotMtom', message.problem, 'dmp:Malformed'));
  const request = await authenticate(dmp, exchange, message.value, [ACTION.provideAndRegister]);
  if (!request.ok) return request.problem;
  const { soap, vihf, concerned, attachments } = request.value;
  const answer = (errors: readonly RegistryError[], schema?: LedgerLine['schema']): Answer => ({
    status: 200,
    ...packaged(soapAnswer(ACTION.provideAndRegisterResponse, soap.messageId, registryResponse(errors))),
    line: reportOf(request.value, errors, schema),
  });
  const disturbed = disturbance(exchange);
  if (disturbed) return answer([disturbed]);
  if (!is(soap.payload, NS.xds, 'ProvideAndRegisterDocumentSetRequest'))
    return faulty(senderFault('Payload', 'not a ProvideAndRegisterDocumentSetRequest', 'dmp:Malformed'), {
      messageId: soap.messageId,
      ...concerned,
    });

  const verdict = await checkSchema(soap.payload, dmp.xsdDir, 'IHE/IHEXDSB.xsd');
  if (verdict.schema === 'invalid')
    return answer([{ code: 'XDSRepositoryMetadataError', context: `schema: ${verdict.elements}` }], verdict.schema);
  const submission = await checkSubmission(soap.payload, attachments, {
    vihf,
    trust: dmp.trust,
    now: dmp.clock(),
    clientStructure: exchange.clientStructure,
    ejOf: dmp.ejOf,
  });
  if (!submission.ok) return answer(submission.problem, verdict.schema);
  const registered = await dmp.registry.commit(submission.value);
  return answer(registered.ok ? [] : registered.problem, verdict.schema);
};

/** The DMP answers ITI-41 in MTOM packaging too, as its published answer shows. */
const packaged = (envelope: string): { contentType: string; body: string } => {
  const boundary = `uuid:${randomUUID()}`;
  return {
    contentType:
      `multipart/related; type="application/xop+xml"; boundary="${boundary}"; ` +
      `start="<root.message@dmp.sandbox.test>"; start-info="application/soap+xml"`,
    body:
      `--${boundary}\r\nContent-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"\r\n` +
      `Content-Transfer-Encoding: binary\r\nContent-ID: <root.message@dmp.sandbox.test>\r\n\r\n` +
      `${envelope}\r\n--${boundary}--\r\n`,
  };
};
