import type { Request } from 'express';
import type { Client } from '../steps/schema-contract';

/** Returns where a person's request came from; a backend declares that in the body instead. */
export function describeClient(request: Request): Client {
  return { ip: request.ip ?? null, user_agent: request.get('user-agent')?.slice(0, 512) ?? null };
}
