/** `npm run openapi`: writes the OpenAPI document and the page of the steps to the files that are named. */
import { writeFileSync } from 'node:fs';
import { documentText } from './documents/document-text';
import { stepsText } from './documents/steps-text';
import { routes } from './routes';

const [document, steps] = process.argv.slice(2);
if (document === undefined || steps === undefined) throw new Error('name the files to write');
writeFileSync(document, documentText(routes));
writeFileSync(steps, stepsText());
