/**
 * Who may import whom under src. A type costs nothing at run time, so most rules are about values;
 * a rule that also forbids types says so by leaving out VALUE.
 */
const VALUE = { dependencyTypesNot: ['type-only'] };

/** What Temporal's workflow sandbox loads. */
const WORKFLOW_REALM = [
  '^src/workflows/',
  '^src/steps/(index|contract|ask-once)\\.ts$',
  '^src/steps/[^/]+/step\\.ts$',
];
const WORKFLOW_LIBRARIES = ['^src/(runs|nips)/', 'node_modules/@temporalio/(workflow|common)/'];
const STEP_ACTIVITIES = '^src/steps/[^/]+/activities(/|\\.ts$)';

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

module.exports = {
  forbidden: [
    forbid(
      'core-stands-alone',
      'src/runs and src/nips are plain functions over plain data: they import only themselves.',
      { path: '^src/(runs|nips)/' },
      { pathNot: '^src/$1/' },
    ),
    forbid(
      'workflow-realm',
      'A workflow loads only what replays the same: itself, the run, the steps and its own SDK.',
      { path: WORKFLOW_REALM },
      { ...VALUE, pathNot: [...WORKFLOW_REALM, ...WORKFLOW_LIBRARIES] },
    ),
    forbid(
      'workflow-realm-no-builtins',
      'The sandbox has no Node.',
      { path: WORKFLOW_REALM },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'api-talks-by-messages',
      'Of the workflows the API knows the messages and nothing else.',
      { path: '^src/api/' },
      { ...VALUE, path: '^src/workflows/', pathNot: '^src/workflows/messages\\.ts$' },
    ),
    forbid(
      'api-runs-no-steps',
      'The API reads the schemas of the steps; running them is the work of the worker.',
      { path: '^src/api/' },
      {
        ...VALUE,
        path: ['^src/(activities|workers)/', '^src/steps/index\\.ts$', STEP_ACTIVITIES],
      },
    ),
    forbid(
      'schemas-stand-apart',
      'A step is described without knowing where it is kept, served or run.',
      { path: '^src/steps/.*schemas?\\.ts$' },
      { path: ['^src/(store|api|temporal|workflows)/', 'node_modules/@temporalio/'] },
    ),
    forbid(
      'activities-for-workers',
      'Only a worker runs activities; everyone else may know their types.',
      { path: '^src/', pathNot: '^src/(workers|activities)/' },
      { ...VALUE, path: '^src/activities/' },
    ),
    forbid(
      'store-at-the-bottom',
      'The store serves the API and the activities and knows neither.',
      { path: '^src/store/' },
      { path: '^src/(api|workers|activities|workflows)/' },
    ),
    forbid(
      'temporal-shares-the-wire',
      'Client and workflow share what is on the wire between them.',
      { path: '^src/temporal/' },
      {
        ...VALUE,
        path: '^src/workflows/',
        pathNot:
          '^src/workflows/(messages|payload-converter|failure-converter|search-attributes)\\.ts$',
      },
    ),
    forbid(
      'cli-on-store-and-temporal',
      'A command works on the store and on Temporal, not through the API or a worker.',
      { path: '^src/cli' },
      {
        ...VALUE,
        path: '^src/',
        pathNot: [
          '^src/(cli|store|temporal|runs|nips|crypto)/',
          '^src/(config|logger)\\.ts$',
          '^src/workflows/messages\\.ts$',
        ],
      },
    ),
    forbid(
      'no-circular',
      'Two files that need each other are one file or three.',
      { path: '^src/' },
      { ...VALUE, circular: true, viaOnly: VALUE },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.ts$|^(test|dist)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node'] },
  },
};
