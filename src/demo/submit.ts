import {
  CercioraError,
  resultOf,
  type Cerciora,
  type Schemas,
} from '../../clients/typescript/index';

/** Submits to a step as its person. Returns the status of the step and the run. */
export function submit(person: Cerciora, uuid: string, data: object): Promise<Schemas['Progress']> {
  return resultOf(
    person.POST('/v1/session/steps/{uuid}/submit', { params: { path: { uuid } }, body: { data } }),
  );
}

/** Returns the refusal of a call. @throws Error if the call succeeds. */
export async function refusalOf(call: Promise<unknown>): Promise<CercioraError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof CercioraError) return outcome;
  throw outcome instanceof Error ? outcome : new Error('what had to be refused was taken');
}
