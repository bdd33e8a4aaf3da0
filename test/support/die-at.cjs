/**
 * Preloaded into a worker of a test (`node --require`): kills the process at points that the test selects. DIE_FOLDER
 * contains `plan.json` with a point for each run (or `watch`); reached points and deaths are recorded beside it.
 */
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const FOLDER = process.env.DIE_FOLDER;
const DIST = join(__dirname, '..', '..', 'dist');
const read = (name) =>
  existsSync(join(FOLDER, name)) ? readFileSync(join(FOLDER, name), 'utf8') : '';

/** `who`: uuid of a run or of one of its steps, as in the plan; `*` in the plan matches all others. */
function reach(who, point, isNew = true) {
  const plan = JSON.parse(read('plan.json') || '{}');
  const name = plan[who] === undefined ? '*' : who;
  const planned = plan[name];
  if (planned === 'watch' && isNew) appendFileSync(join(FOLDER, 'seen.log'), `${point}\n`);
  if (planned !== point || read('died.log').includes(`${name} ${point}\n`)) return;
  appendFileSync(join(FOLDER, 'died.log'), `${name} ${point}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** Wraps a method, so that it reaches a point before or after its work. */
function watch(target, method, phases, placesOf) {
  const original = target[method];
  const all = (phase, places) => {
    if (!phases.includes(phase)) return;
    // What one call does together is one point.
    places.forEach(([who, place], index) => reach(who, `${method}:${phase}:${place}`, index === 0));
  };
  target[method] = async function (...args) {
    const places = placesOf(...args);
    all('before', places);
    const result = await original.apply(this, args);
    all('after', places);
    return result;
  };
}

const BOTH = ['before', 'after'];
const ofKey = (key) => [[key.slice(0, 36), key.slice(37)]];
const ofSend = ({ send: { step_uuid, order, send } }) => [[step_uuid, `${order}-${send}`]];

const { SendStore } = require(join(DIST, 'store/messaging/sends.js'));
watch(SendStore.prototype, 'claim', BOTH, ofKey);
watch(SendStore.prototype, 'answer', ['after'], (_owner, key) => ofKey(key));
const { SandboxStore } = require(join(DIST, 'store/messaging/sandbox-messages.js'));
watch(SandboxStore.prototype, 'store', ['after'], ofSend);
const { RunStore } = require(join(DIST, 'store/runs/runs.js'));
watch(RunStore.prototype, 'project', ['after'], ({ view, items }) =>
  items.map(({ event }) => [view.uuid, event.number]),
);
const { WebhookDeliveryStore } = require(join(DIST, 'store/webhooks/webhook-deliveries.js'));
watch(WebhookDeliveryStore.prototype, 'recordAttempt', ['before'], ({ _id }) => [[_id, 'tried']]);
/** Replaces functions that a module exports, for modules that load it later. */
function replaceExports(file, replace) {
  const path = require.resolve(join(DIST, file));
  const exported = require(path);
  require.cache[path].exports = { ...exported, ...replace(exported) };
}

replaceExports('platform/temporal/sandbox-receipts.js', ({ sandboxReceipts }) => ({
  sandboxReceipts(...args) {
    const made = sandboxReceipts(...args);
    watch(made, 'reportLater', ['after'], ofSend);
    return made;
  },
}));
for (const name of ['evaluateSkip', 'evaluateRules']) {
  replaceExports('activities/evaluate-rules.js', ({ [name]: original }) => ({
    [name](reader) {
      const made = { [name]: original(reader) };
      watch(made, name, BOTH, ({ run_uuid }) => [[run_uuid, 'asked']]);
      return made[name];
    },
  }));
}
