/** `npm run openapi`: writes the OpenAPI document to the file that is named. */
import { writeFileSync } from 'node:fs';
import { documentText } from './documents/document-text';
import { routes } from './routes';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('name the file to write');
writeFileSync(file, documentText(routes));
