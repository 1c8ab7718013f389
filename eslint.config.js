import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** Who may import whom (docs/architecture.md): apps → service libs → contracts; protocol libs stand alone. */
const SERVICE_LIBS = ['service', 'persistence', 'bus', 'audit', 'spool', 'images'];
const PROTOCOL_LIBS = ['hl7', 'cda', 'dicom', 'codecs', 'xds', 'identity', 'trust'];
const PACKAGES = ['contracts', 'supervisor', 'testing', ...SERVICE_LIBS, ...PROTOCOL_LIBS];
const FRAMEWORK = ['@nestjs/*', 'typeorm', 'pg', '@nats-io/*', 'fastify'];

const allowed = (dir) => {
  if (dir === 'libs/contracts') return [];
  if (dir === 'libs/supervisor') return ['contracts'];
  if (dir === 'libs/testing') return ['contracts', 'supervisor', ...SERVICE_LIBS];
  // The sandbox must catch a wrong product: it shares no signing, verifying, SOAP or DICOM code with it.
  if (dir === 'apps/sandbox') return ['contracts', 'supervisor', 'hl7'];
  // Browser code: the words of its API, and what its test double needs.
  if (dir === 'apps/viewer') return ['contracts', 'dicom'];
  if (dir === 'apps/operator-cli') return ['contracts', 'service'];
  const name = dir.slice('libs/'.length);
  if (SERVICE_LIBS.includes(name)) return ['contracts', ...SERVICE_LIBS.filter((other) => other !== name)];
  if (PROTOCOL_LIBS.includes(name)) return PROTOCOL_LIBS.filter((other) => other !== name);
  return ['contracts', ...SERVICE_LIBS, ...PROTOCOL_LIBS]; // a service
};

const boundaries = ['libs', 'apps'].flatMap((group) =>
  readdirSync(group).map((name) => {
    const dir = `${group}/${name}`;
    const protocol = group === 'libs' && PROTOCOL_LIBS.includes(name);
    const forbidden = PACKAGES.filter((other) => !allowed(dir).includes(other) && other !== name);
    return {
      files: [`${dir}/src/**/*.ts`],
      ignores: ['**/*spec.ts', '**/*.bench.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              ...forbidden.map((other) => ({ group: [`@drimbox/${other}`], message: `${dir} may not use ${other}` })),
              { group: ['**/apps/**', '**/libs/**', '@drimbox/*/*'], message: 'use the public name of a package' },
              ...(protocol || dir === 'libs/contracts'
                ? [{ group: FRAMEWORK, message: 'framework-free package' }]
                : []),
            ],
          },
        ],
      },
    };
  }),
);

export default tseslint.config(
  { ignores: ['**/dist/**', 'node_modules/**', '**/*.js', '**/*.mjs', '.drimbox/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      // A twin in memory keeps the asynchronous shape of what it stands for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 260, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*spec.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/unbound-method': 'off' },
  },
  ...boundaries,
);
