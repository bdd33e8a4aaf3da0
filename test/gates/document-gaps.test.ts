/** Every operation, parameter, header and property of the OpenAPI document is described, with units and examples. */
import { z } from 'zod';
import { documentText } from '../../src/api/openapi/document-text';
import { successBody } from '../../src/api/openapi/responses';
import { routes } from '../../src/api/route-table';
import type { Route } from '../../src/api/server/route';
import { listGaps } from '../support/document-gaps';
import {
  listBodies,
  listFields,
  listOperations,
  type OpenApiDocument,
} from '../support/document-walk';

const document = JSON.parse(
  documentText(routes).replaceAll('#/components/schemas/', '#/$defs/'),
) as OpenApiDocument;
const $defs = document.components.schemas;

describe('the OpenAPI document', () => {
  it.each(Object.entries(listGaps(document)))('lacks nothing of its %s', (_kind, places) => {
    expect(places).toEqual([]);
  });

  it('has an example of each field and body that its schema accepts', () => {
    // Most bodies are errors that many routes share.
    const distinct = new Map(
      listFields(document).map((field) => [JSON.stringify(field.schema), field]),
    );
    const faults = [...distinct.values()].flatMap(({ place, schema }) => {
      if (schema.examples === undefined) return [];
      const parser = z.fromJSONSchema({ ...schema, $defs } as Given);
      return schema.examples
        .filter((example) => !parser.safeParse(example).success)
        .map((example) => `${place}: ${JSON.stringify(example)}`);
    });
    expect(faults).toEqual([]);
  });

  it.each(routes.filter(hasResult).map((route) => [nameOf(route), route] as const))(
    'has an example of the result of %s that tests of responses accept',
    (name, route) => {
      const operation = new Map(listOperations(document)).get(name);
      const bodies = operation === undefined ? [] : listBodies(operation);
      const [, { example } = {}] = bodies.find(([part]) => part === statusOf(route)) ?? [];
      expect(successBody(route.result).safeParse(example)).toMatchObject({ success: true });
    },
  );
});

type Given = Parameters<typeof z.fromJSONSchema>[0];

function nameOf({ method, path }: Route): string {
  return `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
}

function statusOf({ status = 200 }: Route): string {
  return String(status);
}

/** Returns true for a route that responds with JSON. */
function hasResult({ sends, isStream = false }: Route): boolean {
  return sends === undefined && !isStream;
}
