/** Provokes the messages of every schema that callers meet: none is a library's own. */
import type { ZodType } from 'zod';
import { FORM_FIELDS } from '../../test/support/form-fields';
import { LIBRARY, provoke } from '../../test/support/provoke-messages';
import { formData } from '../steps/custom-form/form-data';
import { stepSchemas } from '../steps/schemas';
import { routes } from './route-table';

/** Words that follow the name of a field. */
const PREDICATE =
  /^(\S+ )?(is|are|must|has|names|and|stands|cannot|lacks|does|lies|belongs|comes|may|needs|would|takes|can't)\b/;

const schemas: [name: string, schema: ZodType, example: unknown][] = [
  ...routes.flatMap(({ method, path, query, example, ...route }): typeof schemas => {
    const body = route.bodyDocument ?? route.body;
    const ofQuery: (typeof schemas)[number] = [`query of ${method} ${path}`, query, {}];
    return body === undefined ? [ofQuery] : [ofQuery, [`body of ${method} ${path}`, body, example]];
  }),
  ...Object.entries(stepSchemas).flatMap(([key, { setup, data }]): typeof schemas => [
    [`setup of ${key}`, setup, {}],
    [`data of ${key}`, data, {}],
  ]),
  ...FORM_FIELDS.map((field): (typeof schemas)[number] => [
    `form with ${JSON.stringify(field)}`,
    formData([field]),
    {},
  ]),
];

test.each(schemas)(
  'every message of %s starts with a predicate and has no library text',
  (_name, schema, example) => {
    const byPath = provoke(schema, example);
    const messages = [...new Set([...byPath.values()].flatMap((each) => [...each]))];
    expect(messages.filter((message) => LIBRARY.test(message))).toEqual([]);
    expect(messages.filter((message) => !PREDICATE.test(message))).toEqual([]);
    expect(messages).not.toEqual([]);
  },
);
