/**
 * Who may import whom under src. A type costs nothing at run time, so most rules are about values;
 * a rule that also forbids types says so by leaving out VALUE.
 */
const VALUE = { dependencyTypesNot: ['type-only'] };

/** What Temporal's workflow sandbox loads. */
const WORKFLOW_REALM = [
  '^src/workflows/',
  '^src/steps/(index|contract|ask-once|ask-and-review|verify-by-code)\\.ts$',
  '^src/steps/[^/]+/step\\.ts$',
];
const WORKFLOW_LIBRARIES = ['^src/(runs|nips)/', 'node_modules/@temporalio/(workflow|common)/'];
const STEP_BEHAVIOURS =
  '^src/steps/(index|contract|ask-once|ask-and-review|verify-by-code|[^/]+/step)\\.ts$';
const STEP_ACTIVITIES = '^src/steps/.*activities(/|\\.ts$)';
/** What a step's schema may be made of: zod, hashes, numbers of people and what lies in a step's folder beside it. */
const SCHEMA_SOURCES = [
  '^src/(runs|nips|identifiers)/',
  '^src/steps/(index|schema-contract|fields|[^/]+-schema)\\.ts$',
  '^src/steps/[^/]+/(?!step\\.|activities)[^/]+$',
  'node_modules/(zod|libphonenumber-js)/',
  '^(node:)?crypto$',
];

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

module.exports = {
  forbidden: [
    forbid(
      'core-stands-alone',
      'src/runs and src/nips are plain functions over plain data: a run is made of NIPs too, a NIP knows no run.',
      { path: '^src/(runs|nips)/' },
      { pathNot: ['^src/$1/', '^src/nips/'] },
    ),
    forbid(
      'expressions-stand-alone',
      'Expressions are judged over plain data: whatever they could reach would be reachable by whoever writes one.',
      { path: '^src/expressions/' },
      { pathNot: '^src/expressions/' },
    ),
    forbid(
      'identifiers-stand-alone',
      'What a number tells is told by the number alone.',
      { path: '^src/identifiers/' },
      { pathNot: '^src/identifiers/' },
    ),
    forbid(
      'media-stands-alone',
      'What looks at hostile files reaches nothing: it is fed bytes, and stores none.',
      { path: '^src/media/' },
      {
        ...VALUE,
        pathNot: ['^src/media/', 'node_modules/pdf-lib/', '^(node:)?zlib$'],
      },
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
      'converters-load-anywhere',
      'The converters run inside the sandbox and outside it: they load what both have.',
      { path: '^src/workflows/(payload|failure)-converter\\.ts$' },
      { ...VALUE, pathNot: 'node_modules/@temporalio/common/' },
    ),
    forbid(
      'steps-by-contract',
      'A step gets what it needs from its context; of Temporal at most the workflow SDK.',
      { path: STEP_BEHAVIOURS },
      { ...VALUE, path: 'node_modules/@temporalio/common/' },
    ),
    forbid(
      'api-talks-by-messages',
      'Of the workflows the API knows the messages and nothing else.',
      { path: '^src/api/' },
      { ...VALUE, path: '^src/workflows/', pathNot: '^src/workflows/messages\\.ts$' },
    ),
    forbid(
      'api-runs-no-steps',
      'Running steps is the work of the worker: the API does not even know the types of it.',
      { path: '^src/api/' },
      { path: ['^src/(activities|workers)/', STEP_ACTIVITIES] },
    ),
    forbid(
      'api-reads-schemas',
      'Of the steps the API reads the schemas.',
      { path: '^src/api/' },
      { ...VALUE, path: STEP_BEHAVIOURS },
    ),
    forbid(
      'schemas-stand-apart',
      'A step is described without knowing where it is kept, served or run.',
      { path: '^src/steps/.*schemas?\\.ts$' },
      { pathNot: SCHEMA_SOURCES },
    ),
    forbid(
      'activities-serve',
      'Activities and channels do what they are called for; they know neither callers nor workflows.',
      { path: ['^src/(activities|channels)/', STEP_ACTIVITIES] },
      { ...VALUE, path: ['^src/(api|cli|demo|web|workers|workflows)/', STEP_BEHAVIOURS] },
    ),
    forbid(
      'workers-by-path',
      'A worker hands the workflows to Temporal by their path and loads none of them.',
      { path: '^src/workers/' },
      { ...VALUE, path: ['^src/workflows/', STEP_BEHAVIOURS] },
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
      { path: '^src/(api|workers|activities|workflows|webhooks|presentation)/' },
    ),
    forbid(
      'presentation-shows-runs',
      'What is shown of a run is made of the run, of what is kept of it and of the descriptions of its steps.',
      { path: '^src/presentation/' },
      {
        path: ['^src/', STEP_BEHAVIOURS],
        pathNot: '^src/(presentation|runs|nips|store|crypto)/|^src/steps/.*schemas?\\.ts$',
      },
    ),
    forbid(
      'outbound-stands-alone',
      'What guards the way out knows nobody who goes there.',
      { path: '^src/outbound/' },
      { path: '^src/', pathNot: '^src/outbound/' },
    ),
    forbid(
      'webhooks-serve',
      'Webhooks are delivered from the store; who calls for it, and what it asks of Temporal, is given.',
      { path: '^src/webhooks/' },
      {
        ...VALUE,
        path: '^src/',
        pathNot: '^src/(webhooks|presentation|outbound|store|crypto|runs|nips)/',
      },
    ),
    forbid(
      'webhooks-for-workers',
      'Only a worker delivers webhooks; the API lists them and asks for them.',
      { path: '^src/', pathNot: '^src/(workers|webhooks)/' },
      { ...VALUE, path: '^src/webhooks/' },
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
          '^src/(cli|store|temporal|runs|nips|crypto|identifiers)/',
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
