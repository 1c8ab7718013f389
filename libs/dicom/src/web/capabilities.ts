/** One resource of a DICOMweb service, for its capabilities description. */
export interface WebResource {
  /** Relative path with `{parameters}`: `studies/{StudyInstanceUID}/series/{SeriesInstanceUID}`. */
  readonly path: string;
  readonly id: string;
  /** Media types it answers with, with their parameters. */
  readonly representations: readonly string[];
  /** Request headers, beyond Accept. */
  readonly headers?: readonly { readonly name: string; readonly required: boolean }[];
  /** Statuses it may answer with, 200 included. */
  readonly statuses: readonly number[];
}

export interface WebCapabilities {
  /** Absolute URL that the paths are relative to. */
  readonly baseUrl: string;
  readonly resources: readonly WebResource[];
}

const WADL = 'http://wadl.dev.java.net/2009/02';
const XSD = 'http://www.w3.org/2001/XMLSchema';

/** The answer to Retrieve Capabilities, `application/vnd.sun.wadl+xml` (PS3.18 §8.9, Annex H): every resource is a GET. */
export function capabilitiesWadl({ baseUrl, resources }: WebCapabilities): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<application xmlns="${WADL}" xmlns:xsd="${XSD}">`,
    `  <resources base="${escaped(baseUrl)}">`,
    ...resources.flatMap(resourceLines),
    '  </resources>',
    '</application>',
    '',
  ].join('\n');
}

function resourceLines({ path, id, representations, headers = [], statuses }: WebResource): string[] {
  const parameters = Array.from(path.matchAll(/\{([A-Za-z]+)\}/g), ([, name = '']) => name);
  return [
    `    <resource path="${escaped(path)}">`,
    ...parameters.map((name) => parameter(name, 'template', true, 6)),
    `      <method name="GET" id="${escaped(id)}">`,
    '        <request>',
    parameter('Accept', 'header', true, 10),
    ...headers.map(({ name, required }) => parameter(name, 'header', required, 10)),
    '        </request>',
    ...statuses.flatMap((status) => responseLines(status, representations)),
    '      </method>',
    '    </resource>',
  ];
}

function responseLines(status: number, representations: readonly string[]): string[] {
  if (status < 200 || status > 299) return [`        <response status="${status}"/>`];
  return [
    `        <response status="${status}">`,
    ...representations.map((type) => `          <representation mediaType="${escaped(type)}"/>`),
    '        </response>',
  ];
}

const parameter = (name: string, style: string, required: boolean, indent: number): string =>
  `${' '.repeat(indent)}<param name="${escaped(name)}" style="${style}" type="xsd:string" required="${required}"/>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
