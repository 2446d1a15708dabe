const project = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  testMatch: ['**/*.test.ts'],
};

// Promises are measured: nothing else may run beside them (`npm test` runs the two projects one after the other).
const MEASURED = '<rootDir>/test/promises/';

module.exports = {
  coverageProvider: 'v8',
  testTimeout: 60_000,
  projects: [
    { ...project, displayName: 'code', testPathIgnorePatterns: ['/node_modules/', MEASURED] },
    { ...project, displayName: 'promises', roots: [MEASURED] },
  ],
};
