import { PERSON_OID, STRUCTURE_OID } from '../vocabulary.js';
import type { Node } from '../xml/node.js';
import type { Organization, Participant, Person } from './types.js';
import { compact, readCode, readIdentifier } from './values.js';

/** Person and organisation of an assignedAuthor or an assignedEntity. */
export function readParticipant(assigned: Node | undefined): Participant {
  const id = identifierOf(assigned, PERSON_OID);
  const name = assigned?.at('assignedPerson', 'name');
  const person =
    id === undefined
      ? undefined
      : compact<Person>({
          id,
          family: name?.at('family')?.text,
          given: name?.at('given')?.text,
          role: readCode(assigned?.at('code')),
        });
  return compact<Participant>({ person, organization: readOrganization(assigned?.at('representedOrganization')) });
}

export function readOrganization(node: Node | undefined): Organization | undefined {
  const id = identifierOf(node, STRUCTURE_OID);
  return id === undefined ? undefined : compact<Organization>({ id, name: node?.at('name')?.text });
}

/** The national identifier when there is one, else the first that has an extension. */
function identifierOf(node: Node | undefined, authority: string): string | undefined {
  const ids = (node?.all('id') ?? []).flatMap((id) => readIdentifier(id) ?? []);
  const national = ids.find((id) => id.root === authority && id.extension !== undefined);
  return (national ?? ids.find((id) => id.extension !== undefined))?.extension;
}
