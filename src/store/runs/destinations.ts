/** Determines the destinations of a step's codes, and their masked form. */
import type { Keyring } from '../../platform/crypto/keyring';
import { searchHash } from '../../platform/crypto/search-hashes';
import type { OtpEventData } from '../../domain/otp/events';
import { maskEmail, maskPhone } from '../../domain/otp/mask';
import type { Channel } from '../../domain/otp/policy';
import type { Json } from '../../domain/run/events';
import type { RunView } from '../../domain/run/view';
import type { DestinationField } from '../../steps/schema-contract';
import type { SealedCreation } from './sealed-content';
import { canonicalEmail, canonicalMobile } from '../../domain/identifiers/destinations';
import { ownValue } from '../../domain/run/own-value';
import { isFields } from '../../domain/run/is-fields';

/** A phone and an email in canonical form; sealed in the run from the moment the verification starts. */
export type Destinations = {
  phone: string | null;
  email: string | null;
};

/** Reads sealed destinations. The cast is safe because only `fixDestinations` seals content under such an id. */
export function readDestinations(payload: Json): Destinations {
  return payload as Destinations;
}

/** Destinations in a setup or a submission. */
export type DestinationSource = Partial<Record<DestinationField, string | null>>;

const AT_CREATION = 'created-';

/**
 * Returns the id of a step's destinations that were known when its run was created: they are part of the sealed
 * creation.
 */
export function creationSubmissionId(stepUuid: string): string {
  return `${AT_CREATION}${stepUuid}`;
}

/** Returns the destinations known at the creation by their id; null for other ids. */
export function destinationsAtCreation(
  name: string,
  view: RunView,
  creation: () => SealedCreation,
): Destinations | null {
  if (!name.startsWith(AT_CREATION)) return null;
  const step = view.steps.find(({ uuid }) => creationSubmissionId(uuid) === name);
  return step === undefined ? null : findDestinations(creation(), step.custom_id ?? step.key);
}

/** Returns the destinations: from the step's setup, else from the submissions in order, else from the run. */
export function findDestinations(
  { setup, phone = null, email = null }: SealedCreation,
  name: string,
  submitted: readonly DestinationSource[] = [],
): Destinations {
  const sources = [
    destinationsIn(ownValue(setup, name, null), ['phone', 'email']),
    ...submitted,
    destinationsIn({ phone, email }, ['phone', 'email']),
  ];
  const first = (field: DestinationField) =>
    sources.map((source) => source[field]).find((value) => value != null) ?? null;
  return { phone: first('phone'), email: first('email') };
}

const CANONICAL = { phone: canonicalMobile, email: canonicalEmail };

/** Returns the destinations among the fields of a setup or a payload, in canonical form. A text that is none is left out. */
export function destinationsIn(
  source: Json,
  fields: readonly DestinationField[],
): DestinationSource {
  if (!isFields(source)) return {};
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = source[field];
      const canonical = typeof value === 'string' ? CANONICAL[field](value) : null;
      return canonical === null ? [] : [[field, canonical]];
    }),
  );
}

/** Returns the plain-text form of destinations: masked, with keyed hashes, only for the channels in use. */
export function maskDestinations(
  found: Destinations,
  { name, channels }: { name: string; channels: readonly Channel[] },
  { account_uuid, hashKeys }: { account_uuid: string; hashKeys: Keyring },
): OtpEventData['destinations_fixed'] {
  const phone = channels.some((channel) => channel !== 'email') ? found.phone : null;
  const email = channels.includes('email') ? found.email : null;
  return {
    submission_id: name,
    phone: phone && maskPhone(phone),
    email: email && maskEmail(email),
    hashes: {
      phone: searchHash(hashKeys, account_uuid, 'phone', phone),
      email: searchHash(hashKeys, account_uuid, 'email', email),
    },
  };
}
