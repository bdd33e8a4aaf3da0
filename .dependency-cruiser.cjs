/**
 * Who may import whom under src. The layers are a whitelist (scripts/lib/import-layers.js): an import that no row allows
 * is reported as `not-in-allowed`. A new folder needs a row there.
 */
const { allowedImports } = require('./scripts/lib/import-layers');

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

module.exports = {
  forbidden: [
    forbid(
      'no-circular',
      'Two files that need each other, types included, are one file or three.',
      { path: '^src/' },
      { circular: true },
    ),
  ],
  allowed: allowedImports(),
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.ts$|^(test|dist)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node'] },
  },
};
