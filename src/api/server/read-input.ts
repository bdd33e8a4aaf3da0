/** Reads the parameters, the query and the JSON body of a request against its route's schemas. */
import type { Request, Response } from 'express';
import { notFound, validationFailed } from '../../application/domain-error';
import { parse } from '../../application/parse';
import { ApiError } from '../problems';
import { parseWithoutNulls } from './parse-body';
import { readBody } from './read-body';
import type { ParsedContext, RequestCaller } from './request-context';
import type { Route } from './route';

type Input = Pick<
  ParsedContext<unknown, unknown, unknown, RequestCaller>,
  'params' | 'query' | 'body'
>;

/** Parses a request. The body is undefined if the route reads it itself. @throws ApiError, DomainError. */
export async function readInput(
  route: Route,
  request: Request,
  response: Response,
): Promise<Input> {
  const params = route.params.safeParse(request.params);
  if (!params.success) throw notFound('resource');
  const query = parse(route.query, readQuery(request));
  if (route.receive !== undefined) return { params: params.data, query, body: undefined };
  const sent = await readBody(request, response);
  const { body: schema, keepsNulls = false, absentWhenNull } = route;
  if (schema === undefined) {
    if (Object.keys(sent).length === 0) return { params: params.data, query, body: undefined };
    throw new ApiError('validation_failed', 'This call takes no body.');
  }
  const body = keepsNulls ? parse(schema, sent) : parseWithoutNulls(schema, sent, absentWhenNull);
  return { params: params.data, query, body };
}

/** Reads the query. A parameter given twice is an error, because it is ambiguous. */
function readQuery(request: Request): Record<string, string> {
  const start = request.url.indexOf('?');
  const pairs = [...new URLSearchParams(start < 0 ? '' : request.url.slice(start + 1))];
  const names = pairs.map(([name]) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    throw validationFailed(
      [...new Set(twice)].map((path) => ({ path, message: 'is given twice' })),
    );
  }
  return Object.fromEntries(pairs);
}
