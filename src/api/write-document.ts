/** `npm run openapi`: writes the OpenAPI document and the pages of steps and calls to the given files. */
import { writeFileSync } from 'node:fs';
import { callsText } from './documents/calls-text';
import { documentText } from './documents/document-text';
import { renderStepsDocument } from './documents/steps-text';
import { routes } from './routes';

const [document, steps, calls] = process.argv.slice(2);
if (document === undefined || steps === undefined || calls === undefined) {
  throw new Error('name the files to write');
}
writeFileSync(document, documentText(routes));
writeFileSync(steps, renderStepsDocument());
writeFileSync(calls, callsText(routes));
