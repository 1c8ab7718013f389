import type { ReportCda } from '@drimbox/cda';
import type { Report, RisSender } from '@drimbox/contracts';
import type { ReportMessage } from '@drimbox/hl7';

/**
 * The typed report: the document's header is the reference, the message adds what only it knows (operation, sender, flags).
 * Identity, keys and times of the reception are added when it is stored.
 */
export function reportOf(
  message: ReportMessage,
  cda: ReportCda,
  site: string,
  sender: RisSender,
): Omit<Report, 'id' | 'sequence' | 'receivedAt'> {
  const [author] = cda.authors;
  return {
    site,
    risSender: sender.id,
    pacsLink: sender.pacsLink,
    operation: message.operation,
    ...(message.messageTime && { messageTime: message.messageTime }),
    document: cda.document,
    patient: cda.patient,
    ...(message.patientClass && { patientClass: message.patientClass }),
    studies: cda.studies,
    orders: cda.orders,
    ...(author && { author }),
    ...(cda.legalAuthenticator && { legalAuthenticator: cda.legalAuthenticator }),
    ...(message.sender && { sender: senderOf(message.sender) }),
    ...(cda.performer && { performer: cda.performer }),
    ...(cda.practiceSetting && { practiceSetting: cda.practiceSetting }),
    ...(cda.facilityType && { facilityType: cda.facilityType }),
    visibility: { ...message.flags },
  };
}

/** PRT `SB`, without the id type of a person, which its prefix already says. */
function senderOf({ person, organization }: NonNullable<ReportMessage['sender']>): Report['sender'] {
  return {
    ...(person && {
      person: {
        id: person.id,
        ...(person.family !== undefined && { family: person.family }),
        ...(person.given !== undefined && { given: person.given }),
      },
    }),
    ...(organization && { organization: { ...organization } }),
  };
}
