import { cx, nameComponent, personXcn, referenceId, structureXon, systemXcn } from './hl7-types.js';

const components = (value: string): number => value.split('^').length;

describe('HL7 data types of XDS metadata', () => {
  it('writes persons, systems, structures and identifiers as the samples do', () => {
    expect(personXcn({ id: '899700367909', family: 'DOC0036790', given: 'KIT' })).toBe(
      '899700367909^DOC0036790^KIT^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS',
    );
    expect(systemXcn('899711256811', 'DRIMBox', 'ANS')).toBe(
      '899711256811^DRIMBox^ANS^^^^^^&1.2.250.1.71.4.2.1&ISO^U^^^EI',
    );
    expect(structureXon({ id: '499700367909006', name: 'BCOM' })).toBe(
      'BCOM^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^499700367909006',
    );
    expect(cx({ id: '162018885045327', authority: '1.2.250.1.213.1.4.10' }, 'NH')).toBe(
      '162018885045327^^^&1.2.250.1.213.1.4.10&ISO^NH',
    );
    expect(referenceId({ id: '1.2.3' }, 'study')).toBe('1.2.3^^^^urn:ihe:iti:xds:2016:studyInstanceUID');
  });

  it.each([
    ['DUPONT & FILS', 'DUPONT FILS'],
    ['X^^^^^&9.9&ISO^D^^^RPPS', 'X 9.9 ISO D RPPS'],
    ['A|B~C\\D', 'A B C D'],
    ['  L\u2019H\u00f4pital\r\n\tNord ', 'L\u2019H\u00f4pital Nord'],
    ['a\u0000b\ud800c', 'a b c'],
    ["N'GUYEN-LEFÈVRE", "N'GUYEN-LEFÈVRE"],
  ])('a name never makes a component: %j', (name, expected) => {
    expect(nameComponent(name)).toBe(expected);
    expect(components(personXcn({ id: '1', family: name, given: name }))).toBe(13);
    expect(components(structureXon({ id: '1', name }))).toBe(10);
  });

  it('a name keeps 80 whole characters', () => {
    expect([...nameComponent('😀'.repeat(100))]).toHaveLength(80);
  });

  it('an identifier stays exact: its delimiters are escaped, not lost', () => {
    const value = cx({ id: 'A^1&2.3&ISO|~\\', authority: '1.2^3' }, 'PI');
    expect(value).toBe('A\\S\\1\\T\\2.3\\T\\ISO\\F\\\\R\\\\E\\^^^&1.2\\S\\3&ISO^PI');
    expect(components(value)).toBe(5);
  });
});
