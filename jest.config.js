/** Unit tests lie beside the code; tests that need servers lie in test/ (see scripts/test.js). */
const path = require('node:path');

const base = {
  testEnvironment: 'node',
  // Jest's own choice is the system's folder for temporary files, which a test run leaves nothing in.
  cacheDirectory: path.join(__dirname, '.cerciora', 'jest'),
  setupFilesAfterEnv: [path.join(__dirname, 'test', 'support', 'report-once.ts')],
  transform: {
    '^.+\\.(t|j)s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  // Worker threads run outside Jest: they compile TypeScript by themselves.
  moduleNameMapper: { '^\\./file-thread\\.js$': '<rootDir>/test/support/file-thread.js' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cerciora/'],
};

module.exports = {
  // jest reads it here only: a project's own is ignored.
  testTimeout: 60_000,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.test.ts'] },
    {
      ...base,
      displayName: 'servers',
      testMatch: ['<rootDir>/test/**/*.test.ts', '!**/test/long/**'],
    },
  ],
};
