/** `npm run test:long`: what takes long by repetition alone; each case of it is in `npm test` too. */
const { testTimeout, projects } = require('./jest.config');

module.exports = {
  testTimeout,
  projects: [
    {
      ...projects[1],
      displayName: 'long',
      testMatch: ['<rootDir>/test/long/**/*.test.ts', '<rootDir>/test/system/fuzz.test.ts'],
    },
  ],
};
