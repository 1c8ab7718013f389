import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What three foreign programs say of a KOS: dicom3tools' validator, DCMTK's SR reader and dump. */
export interface KosInspection {
  /** Lines of `dciodvfy -new` that are errors. */
  readonly errors: readonly string[];
  /** dciodvfy knew what it had before it. */
  readonly recognised: boolean;
  /** Content tree as `dsrdump` reads it, with codes; undefined when it cannot. */
  readonly tree: string | undefined;
  /** Specific Character Set as it is in the file. */
  readonly charset: string;
  readonly attributes: readonly Attribute[];
}

export interface Attribute {
  /** `(0040,a375)[0].(0020,000d)`: sequences with the number of their item. */
  readonly path: string;
  readonly vr: string;
  /** Values apart by `\`, in UTF-8 whatever the file's character set; '' for a sequence. */
  readonly value: string;
}

export async function inspectKos(kos: Buffer): Promise<KosInspection> {
  const dir = await mkdtemp(join(tmpdir(), 'drimbox-kos-'));
  try {
    const file = join(dir, 'kos.dcm');
    await writeFile(file, kos);
    const dump = ['-q', '-Un', '+L', file];
    const [dciodvfy, dsrdump, plain, utf8] = await Promise.all([
      run('dciodvfy', ['-new', file]),
      run('dsrdump', ['+Pc', file]),
      run('dcmdump', ['+P', '0008,0005', ...dump]),
      run('dcmdump', ['+U8', ...dump]),
    ]);
    return {
      errors: dciodvfy.output.split('\n').filter((line) => line.startsWith('Error')),
      recognised: /^KeyObjectSelectionDocument$/m.test(dciodvfy.output),
      tree: dsrdump.code === 0 ? dsrdump.output : undefined,
      charset: readDump(plain.output)[0]?.value ?? '',
      attributes: readDump(utf8.output),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Attributes whose path, item numbers left out, is this one; in the order of the file. */
export const valuesAt = ({ attributes }: Pick<KosInspection, 'attributes'>, path: string): string[] =>
  attributes.filter((attribute) => withoutItems(attribute.path) === path).map(({ value }) => value);

/** Every attribute that occurs, each once, whatever the item. */
export const attributeSet = ({ attributes }: Pick<KosInspection, 'attributes'>): Set<string> =>
  new Set(attributes.map(({ path }) => withoutItems(path)));

export const withoutItems = (path: string): string => path.replaceAll(/\[\d+\]/g, '');

/** `  (0008,1155) UI [1.2.3]     #   6, 1 ReferencedSOPInstanceUID`: two blanks of indent for each level. */
const LINE = /^( *)\(([0-9a-f]{4},[0-9a-f]{4})\) (\w\w) ([^]*?) +#[^#]*$/;
const ITEM = 'fffe,e000';

/** Reads `dcmdump +L`; file meta information (group 0002) is left out. A text of several lines stays one value. */
export function readDump(text: string): Attribute[] {
  const attributes: Attribute[] = [];
  const path: string[] = [];
  const items: number[] = [];
  for (const entry of text.split(/\n(?= *\([0-9a-f]{4},[0-9a-f]{4}\) |#|$)/)) {
    const [, indent, tag, vr, value] = LINE.exec(entry) ?? [];
    if (indent === undefined || tag === undefined || vr === undefined || value === undefined) continue;
    if (tag.startsWith('0002') || (tag.startsWith('fffe') && tag !== ITEM)) continue;
    const depth = indent.length / 2;
    path.length = depth;
    if (tag === ITEM) {
      items[depth] = (items[depth] ?? -1) + 1;
      path.push(`[${items[depth]}].`);
      continue;
    }
    attributes.push({ path: `${path.join('')}(${tag})`, vr, value: vr === 'SQ' ? '' : plainValue(value) });
    if (vr !== 'SQ') continue;
    path.push(`(${tag})`);
    items.length = depth + 1; // items of the new sequence are counted from 0
  }
  return attributes;
}

const plainValue = (value: string): string =>
  value === '(no value available)' ? '' : value.replace(/^\[([^]*)\]$/, '$1');

const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;
const TOOL_TIMEOUT_MS = 30_000;

function run(tool: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    execFile(tool, [...args], { maxBuffer: OUTPUT_LIMIT_BYTES, timeout: TOOL_TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(new Error(`${tool} did not run`, { cause: error }));
      else resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}
