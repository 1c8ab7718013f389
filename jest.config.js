/** One configuration for every package: TypeScript through swc, ES modules, one reporter line that CI reads. */
import { existsSync } from 'node:fs';

const long = process.env.DRIMBOX_TEST_LONG === '1';

// jest loads its global hooks outside the transform below, so they come from the build.
if (!existsSync(new URL('libs/testing/dist/global-setup.js', import.meta.url))) {
  throw new Error('The test servers are not built: run npm run build first');
}

export default {
  rootDir: import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  roots: ['<rootDir>/libs', '<rootDir>/apps'],
  testEnvironment: 'node',
  testMatch: long ? ['**/*.long-spec.ts'] : ['**/*.spec.ts', '**/*.e2e-spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^@drimbox/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/libs/testing/dist/global-setup.js',
  globalTeardown: '<rootDir>/libs/testing/dist/global-teardown.js',
  // A suite waits for its servers as long as it works: one a core keeps both cores busy.
  maxWorkers: long ? 1 : '100%',
  testTimeout: long ? 1_800_000 : 60_000,
  reporters: ['default', '<rootDir>/deploy/local/count-reporter.js'],
};
