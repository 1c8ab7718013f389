import type { Coded } from '../metadata/types.js';
import {
  AUTOMATON_ROLE,
  INVISIBLE_REPRESENTANTS,
  NORMAL_ACCESS,
  NORMAL_ACCESS_SYSTEM_NAME,
  SECTOR_SYSTEM,
} from '../xds-constants.js';
import type { XdsSettings } from '../xds-settings.js';
import { element, type Xml } from '../xml/write.js';
import type { VihfInput } from './vihf.js';

const HL7V3 = 'urn:hl7-org:v3';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

const attribute = (name: string, ...values: readonly (string | Xml)[]): Xml =>
  element('saml2:Attribute', { Name: name }, ...values.map((value) => element('saml2:AttributeValue', {}, value)));

/** A coded value as an HL7 v3 CE child: the form of roles and of the purpose of use. */
const ce = (name: 'Role' | 'PurposeOfUse', value: Coded, systemName: string): Xml =>
  element(name, {
    xmlns: HL7V3,
    'xmlns:xsi': XSI,
    'xsi:type': 'CE',
    code: value.code,
    codeSystem: value.system,
    codeSystemName: systemName,
    displayName: value.display ?? value.code,
  });

/** The attributes of an indirect-mode VIHF (interop §6.3). `resourceId` is the patient's INS as a CX. */
export function vihfAttributes(input: VihfInput, resourceId: string, settings: XdsSettings): readonly Xml[] {
  const { subject, software } = input;
  const name = subject.kind === 'automaton' ? subject.name : `${subject.given} ${subject.family}`.trim();
  const roles = subject.kind === 'automaton' ? [AUTOMATON_ROLE] : subject.roles;
  return [
    attribute('VIHF_Version', settings.vihfVersion),
    attribute('Secteur_Activite', `${input.sector}^${SECTOR_SYSTEM}`),
    attribute('Ressource_URN', 'urn:dmp'),
    attribute('urn:oasis:names:tc:xspa:1.0:subject:subject-id', name),
    attribute('Identifiant_Structure', input.structureId),
    ...(software.id === undefined ? [] : [attribute('LPS_ID', software.id)]),
    attribute('LPS_Nom', software.name),
    attribute('LPS_ID_HOMOLOGATION_DMP', software.homologationId),
    attribute('LPS_Version', software.version),
    attribute('urn:oasis:names:tc:xacml:2.0:resource:resource-id', resourceId),
    attribute('Authentification_Mode', 'INDIRECTE'),
    attribute(
      'urn:oasis:names:tc:xspa:1.0:subject:purposeofuse',
      ce('PurposeOfUse', NORMAL_ACCESS, NORMAL_ACCESS_SYSTEM_NAME),
    ),
    attribute('urn:oasis:names:tc:xacml:2.0:subject:role', ...roles.map((role) => ce('Role', role, ''))),
    ...(input.secretConnection
      ? [
          attribute(
            'urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code',
            INVISIBLE_REPRESENTANTS.code,
          ),
        ]
      : []),
  ];
}
