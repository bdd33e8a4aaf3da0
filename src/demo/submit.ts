import {
  CercioraError,
  resultOf,
  type Cerciora,
  type Schemas,
} from '../../clients/typescript/index';

/** Submits to a step as its person and answers how it and the run stand then. */
export function submit(person: Cerciora, uuid: string, data: object): Promise<Schemas['Progress']> {
  return resultOf(
    person.POST('/v1/session/steps/{uuid}/submit', { params: { path: { uuid } }, body: { data } }),
  );
}

/** How a call was refused. @throws Error where it wasn't. */
export async function refusalOf(call: Promise<unknown>): Promise<CercioraError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof CercioraError) return outcome;
  throw outcome instanceof Error ? outcome : new Error('what had to be refused was taken');
}
