/** A code on Temporal alone: one timer, one activity, and code checks by updates that the workflow compares. */
'use strict';

const { condition, defineUpdate, proxyActivities, setHandler } = require('@temporalio/workflow');

const MAX_WRONG = 5;
const { send } = proxyActivities({ startToCloseTimeout: '8s' });

exports.bare = async function bare() {
  /** @type {string | undefined} */
  let digest;
  let wrong = 0;
  let isVerified = false;
  setHandler(defineUpdate('check'), async (given) => {
    await condition(() => digest !== undefined);
    if (given === digest) isVerified = true;
    else wrong += 1;
    return { verified: isVerified, attempts_left: MAX_WRONG - wrong };
  });
  digest = (await send()).digest;
  await condition(() => isVerified || wrong >= MAX_WRONG, '10 minutes');
  return isVerified;
};
