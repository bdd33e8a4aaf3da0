/** `npm run openapi`: writes the OpenAPI document and the pages of steps and calls to the given files. */
import { writeFileSync } from 'node:fs';
import { callsText } from './calls-text';
import { documentText } from './document-text';
import { renderStepsDocument } from './steps-text';
import { routes } from '../route-table';

const [document, steps, calls] = process.argv.slice(2);
if (document === undefined || steps === undefined || calls === undefined) {
  throw new Error('name the files to write');
}
writeFileSync(document, documentText(routes));
writeFileSync(steps, renderStepsDocument());
writeFileSync(calls, callsText(routes));
