import { ACTION, NS } from './dmp-rules.js';
import { buildEnvelope, correctFacts } from './reference-client.js';
import type { Bends, Message, Organisation } from './reference-client.js';
import { deleteEntry } from './reference-metadata.js';

/** A signed ITI-18 request. `slots`: parameter → values in their SQL clothes. */
export const buildQuery = async (
  organisation: Organisation,
  queryId: string,
  slots: Readonly<Record<string, string>>,
  returnType: 'ObjectRef' | 'LeafClass' = 'LeafClass',
  bends: Bends = {},
): Promise<Message> => {
  const facts = correctFacts(organisation, bends.facts);
  const parameters = Object.entries(slots).map(
    ([name, value]) =>
      `<Slot name="${name}"><ValueList><Value>${value.replaceAll('&', '&amp;')}</Value></ValueList></Slot>`,
  );
  const payload =
    `<query:AdhocQueryRequest xmlns:query="${NS.query}"><query:ResponseOption returnComposedObjects="true" ` +
    `returnType="${returnType}"/><AdhocQuery xmlns="${NS.rim}" id="${queryId}">${parameters.join('')}</AdhocQuery>` +
    `</query:AdhocQueryRequest>`;
  return toRegistry(await buildEnvelope(organisation, ACTION.storedQuery, '/registry', payload, facts, bends), facts);
};

/** A signed ITI-57 request that deletes an entry (TD3.3c), correct unless bent. */
export const buildDeletion = async (
  organisation: Organisation,
  entryUuid: string,
  bends: Bends = {},
): Promise<Message> => {
  const facts = correctFacts(organisation, bends.facts);
  const payload = (bends.metadata ?? ((xml: string) => xml))(deleteEntry(facts, entryUuid));
  const action = ACTION.updateDocumentSet;
  return toRegistry(await buildEnvelope(organisation, action, '/registry', payload, facts, bends), facts);
};

const toRegistry = (envelope: string, facts: Message['facts']): Message => ({
  facts,
  contentType: 'application/soap+xml; charset=UTF-8',
  body: Buffer.from(envelope),
});
