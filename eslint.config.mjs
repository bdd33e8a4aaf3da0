import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { noInheritedLookup } from './scripts/eslint/no-inherited-lookup.mjs';

const TYPESCRIPT = ['src/**/*.ts', 'test/**/*.ts', 'clients/**/*.ts'];
const TESTS = ['src/**/*.test.ts', 'test/**/*.ts'];
/** What Temporal's workflow sandbox loads: it has to come out the same at every replay. */
const WORKFLOW_REALM = [
  'src/workflows/**/*.ts',
  'src/domain/run/**/*.ts',
  'src/domain/otp/**/*.ts',
  'src/steps/{index,contract,ask-once,ask-and-review,verify-by-code}.ts',
  'src/steps/*/step.ts',
];

const unsafeRules = ['argument', 'assignment', 'call', 'member-access', 'return'].map(
  (rule) => `@typescript-eslint/no-unsafe-${rule}`,
);

export default defineConfig(
  globalIgnores([
    'clients/typescript/{schema,step-schemas}.ts',
    '**/dist/',
    '.cerciora/',
    'node_modules/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: TYPESCRIPT,
    extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a union.' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // What was sealed or sent as JSON has the type its reader names: openJson<Value>, fromPayload<T>.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Mongoose takes plain objects where its types name a class.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: TESTS,
    plugins: { own: { rules: { 'no-inherited-lookup': noInheritedLookup } } },
    rules: {
      'own/no-inherited-lookup': 'error',
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 220, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 45, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
    },
  },
  {
    files: ['src/cli.ts', 'src/cli/**/*.ts', 'src/demo/**/*.ts', 'src/workers/bundle.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // A run reads best from top to bottom.
    files: ['src/workflows/verification-run/verification-run.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 85, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    // There the shape of an answer or of all activities is inferred, and stated by who takes it.
    ignores: [
      ...TESTS,
      'src/{api,presentation}/**/*.ts',
      'src/activities/index.ts',
      'src/steps/**/activities{.ts,/index.ts}',
    ],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'error' },
  },
  {
    files: WORKFLOW_REALM,
    ignores: TESTS,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
          name,
          message: 'Wait with sleep or condition of @temporalio/workflow.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'A workflow reads no settings.' },
        { object: 'Math', property: 'random', message: 'Use uuid4 of @temporalio/workflow.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        {
          selector:
            ':matches(Program, ExportNamedDeclaration) > VariableDeclaration:matches([kind="let"], [kind="var"])',
          message: 'State of a run lives in the run: modules outlive it.',
        },
      ],
    },
  },
  {
    files: TESTS,
    rules: {
      ...Object.fromEntries(unsafeRules.map((rule) => [rule, 'off'])),
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['scripts/**/*.js', '*.js', '*.cjs'],
    extends: [eslint.configs.recommended],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(
        [
          ...[
            'require',
            'module',
            '__dirname',
            'process',
            'console',
            'Buffer',
            'URL',
            'fetch',
            'AbortController',
            'AbortSignal',
          ],
          ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
