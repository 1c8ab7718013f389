import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attribute, CharacterSet } from './dicom-writer.js';
import { generateStudy, instancesOf, type SeriesOptions } from './generate-study.js';
import { PHANTOM, PHANTOM_HU } from './patterns.js';
import { type Modality, SOP_CLASS } from './sop-classes.js';

const dir = mkdtempSync(join(tmpdir(), 'drimbox-studies-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function save(file: Buffer): string {
  const path = join(dir, 'object.dcm');
  writeFileSync(path, file);
  return path;
}

/** Error lines of dciodvfy, the conformance check of dicom3tools. */
function errorsOf(file: Buffer): string[] {
  const { status, stderr } = spawnSync('dciodvfy', ['-new', save(file)], { encoding: 'utf8' });
  const errors = stderr.split('\n').filter((line) => line.startsWith('Error'));
  return status === 0 || errors.length > 0 ? errors : [`dciodvfy ended with ${status}`];
}

const dump = (file: Buffer): string =>
  spawnSync('dcmdump', ['--print-all', '--convert-to-utf8', save(file)], { encoding: 'utf8' }).stdout;

const MODALITIES = Object.keys(SOP_CLASS) as Modality[];
/** Documents need images to refer to. */
const seriesFor = (modality: Modality): SeriesOptions[] =>
  modality === 'SR' || modality === 'KO' ? [{ modality: 'CT', instances: 2 }, { modality }] : [{ modality }];

/** Two MR objects. */
const files = (seed?: string): Buffer[] =>
  instancesOf(generateStudy({ ...(seed ? { seed } : {}), series: [{ modality: 'MR', instances: 2 }] })).map((each) =>
    each.file(),
  );

describe('generateStudy', () => {
  it.each(MODALITIES)('writes %s objects that dciodvfy finds without an error', (modality) => {
    for (const charset of ['ISO_IR 100', 'ISO_IR 192'] satisfies CharacterSet[]) {
      for (const instance of instancesOf(generateStudy({ charset, series: seriesFor(modality) }))) {
        expect(errorsOf(instance.file())).toEqual([]);
      }
    }
  });

  it('paints a phantom of known values and lengths, and what is given replaces what an object would have', () => {
    const size = { rows: 64, columns: 64 };
    const attributes: Attribute[] = [[0x0028_1051, 'DS', 350]];
    const series = [{ modality: 'CT', instances: 3, size, pattern: 'phantom', attributes }] as const;
    const file = instancesOf(generateStudy({ series }))[2]?.file() ?? Buffer.alloc(0);
    const pixels = file.subarray(-2 * 64 * 64);
    const hu = (x: number, y: number): number => pixels.readUInt16LE(2 * (y * 64 + x)) - 1024;
    expect([hu(0, 0), hu(12, 30), hu(30, 30), hu(30, 64 * PHANTOM.fatFrom + 4)]).toEqual(Object.values(PHANTOM_HU));
    // 0.1875 of the side, and a band that is three pixels further down in the third slice.
    const row = Array.from({ length: 64 }, (_, x) => hu(x, 30));
    expect(row.filter((value) => value === PHANTOM_HU.bone)).toHaveLength(12);
    expect([hu(30, 44), hu(30, 45), hu(30, 48), hu(30, 49)]).toEqual([0, -100, -100, 0]);
    expect(errorsOf(file)).toEqual([]);
    expect(dump(file)).toMatch(/\(0028,1051\) DS \[350/);
  });

  it('finds an error in a broken object', () => {
    const [ct] = instancesOf(generateStudy({ studyUid: '1.2.3.x', series: [{ modality: 'CT' }] }));
    expect(ct && errorsOf(ct.file())).not.toEqual([]);
  });

  it('is deterministic, and the seed changes the pixels', () => {
    const [first, second] = files();
    expect(files()).toEqual([first, second]);
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(false);
    expect(files('other')).not.toEqual([first, second]);
  });

  it('follows the test numbering, or the study UID the caller chose', () => {
    const numbered = generateStudy({ number: 142, series: [{ modality: 'CT' }, { modality: 'CT', instances: 2 }] });
    expect(numbered.uid).toBe('1.2.250.1.213.4.5.2.1.142');
    expect(numbered.accession).toBe('ACN142');
    expect(numbered.series[1]?.uid).toBe('1.2.250.1.213.4.5.2.2.142.202');
    expect(numbered.series[1]?.instances[1]?.sopInstanceUid).toBe('1.2.250.1.213.4.5.2.3.142.202.32');

    const chosen = generateStudy({ studyUid: '1.2.3', accession: 'A1', patientId: 'P1', series: [{ modality: 'CT' }] });
    expect(chosen.uid).toBe('1.2.3');
    expect(chosen.series[0]?.uid).toMatch(/^2\.25\.[0-9]{1,39}$/);
    const text = dump(chosen.series[0]?.instances[0]?.file() ?? Buffer.alloc(0));
    for (const value of ['[1.2.3]', '[A1]', '[P1]', 'PAT-TROIS^DOMINIQUE', '279035121518989', '1.2.250.1.213.1.4.10']) {
      expect(text).toContain(value);
    }
  });

  it.each(['ISO_IR 100', 'ISO_IR 192'] satisfies CharacterSet[])(
    'keeps accents in %s, inside sequences too',
    (charset) => {
      const [object] = instancesOf(generateStudy({ charset, series: [{ modality: 'US' }] }));
      const text = dump(object?.file() ?? Buffer.alloc(0));
      expect(text.match(/Échographie abdominale/g)).toHaveLength(3);
      expect(text).toContain('LEFÈVRE^HÉLÈNE');
    },
  );

  it('makes several series, frames and real sizes', () => {
    const study = generateStudy({
      series: [
        { modality: 'XA', frames: 5 },
        { modality: 'CT', size: 'real', instances: 3 },
      ],
    });
    expect(study.series.map(({ instances }) => instances.length)).toEqual([1, 3]);
    expect(study.series[0]?.instances[0]?.frames).toBe(5);
    expect(study.series[1]?.instances[0]?.file().length).toBeGreaterThan(512 * 512 * 2);
  });

  it('refuses a Key Object that would point at nothing', () => {
    const [object] = instancesOf(generateStudy({ series: [{ modality: 'KO' }] }));
    expect(() => object?.file()).toThrow('needs images');
  });

  it('points a Key Object at the images of its study', () => {
    const study = generateStudy({ series: [{ modality: 'CT', instances: 2 }, { modality: 'KO' }] });
    const text = dump(study.series[1]?.instances[0]?.file() ?? Buffer.alloc(0));
    for (const image of study.series[0]?.instances ?? []) {
      expect(text.split(`[${image.sopInstanceUid}]`)).toHaveLength(3); // once as evidence, once as content
    }
  });
});
