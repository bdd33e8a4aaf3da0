import type { Command } from 'commander';
import { checkDrift, type Drift } from './check-drift';
import { print, withSession } from './session';

const PAGE = 500;

/** `runs check [uuid]`: folds a run's events anew and compares. */
export function runCommands(program: Command): void {
  program
    .command('runs')
    .description('runs as they are stored')
    .command('check [uuid]')
    .description('refolds the events of one run or of all and reports where projection and workflow differ')
    .option('--json', 'print one line of JSON')
    .action(async (uuid: string | undefined, options: { json?: boolean }) => {
      const result = await withSession(async (session) => {
        const drifts: Drift[] = [];
        let checked = 0;
        for await (const id of uuid === undefined ? allIds(session.runs) : [uuid]) {
          checked += 1;
          drifts.push(...(await checkDrift(session, id)));
        }
        return { checked, drifts };
      });
      print(result, options, ({ checked, drifts }) =>
        [...drifts.map((drift) => `${drift.run_uuid}  ${drift.kind}`), `${checked} checked, ${drifts.length} differ`].join('\n'),
      );
      if (result.drifts.length > 0) process.exitCode = 1;
    });
}

async function* allIds(runs: { ids(after: string | null, limit: number): Promise<string[]> }) {
  let page = await runs.ids(null, PAGE);
  while (page.length > 0) {
    yield* page;
    page = await runs.ids(page.at(-1) ?? null, PAGE);
  }
}
