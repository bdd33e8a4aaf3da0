/** Carries a run through a stack whose API and worker execute on another version of Node. */
import { execFileSync } from 'node:child_process';
import { Caller, type RunJson } from './caller';
import { startNipJourney, type Message } from './nip-journey';
import { fetchNode, type NodeVersion } from './node-versions';
import { Stack } from './stack';

/** Longest wait for a message, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Starts a stack, sends a code by the backup channel, submits it and reads the outcome. */
export async function runOnNode(version: NodeVersion) {
  const node = await fetchNode(version);
  const stack = await Stack.start({}, {}, {}, ['worker', 'api'], node);
  try {
    const caller = new Caller(stack.url);
    const journey = await startNipJourney(caller, PATIENCE_MS);
    const to = journey.phone('0001');
    const { step, uuid } = await journey.begin(await journey.nip(), to);
    await journey.untilSends(step, ['sms failed', 'sms failed', 'whatsapp delivered']);
    const [message] = await journey.messages(to);
    await journey.type(step, journey.codeIn(message as Message));
    const { body } = await caller.persist<RunJson>(`/v1/workflows/${uuid}`);
    return {
      version: execFileSync(node, ['--version']).toString().trim(),
      status: body.result.status,
      drifts: await stack.drifts([uuid]),
    };
  } finally {
    await stack.stop();
  }
}
