/** Language of the errors in a response. */
import type { Request } from 'express';
import type { RequestCaller } from './request-context';

/** Returns the language of a person's run; undefined for backends. */
export function languageOf(caller: RequestCaller): string | undefined {
  return caller.kind === 'token' ? caller.token.language : undefined;
}

/** Returns the language that a browser asks for; Spanish without one. */
export function languageAsked(request: Request): string {
  return request.acceptsLanguages('es', 'en', 'pt') || 'es';
}
