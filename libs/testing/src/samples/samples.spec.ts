import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../temp-dir.js';
import { samplesDir } from './samples.js';

describe('samplesDir', () => {
  const before = process.env['DRIMBOX_SAMPLES'];
  const dir = tempDir();
  afterEach(() => {
    if (before === undefined) delete process.env['DRIMBOX_SAMPLES'];
    else process.env['DRIMBOX_SAMPLES'] = before;
  });

  it('is what DRIMBOX_SAMPLES says, when it exists', () => {
    process.env['DRIMBOX_SAMPLES'] = join(dir, 'samples');
    expect(samplesDir()).toBeUndefined();
    mkdirSync(join(dir, 'samples'));
    expect(samplesDir()).toBe(join(dir, 'samples'));
  });
});
