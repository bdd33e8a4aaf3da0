/** Kinds of the payload of each step type, for expressions. Checked against the examples of all step types. */
import { z, type ZodType } from 'zod';
import { ANY, BOOLEAN, NUMBER, TEXT, type ValueKind } from '../domain/expressions/kinds';
import type { Json } from '../domain/run/events';
import { fieldsIn } from './custom-form/schema';
import type { FormField } from './custom-form/form-data';
import type { StepKey } from './index';
import { stepSchema } from './schemas';

type Fields = Readonly<Record<string, ValueKind>>;
type ObjectKind = Extract<ValueKind, { kind: 'object' }>;

const LIST: ValueKind = { kind: 'list', items: ANY };
/** Fields of steps that send codes. */
const NIP: Fields = { phone: TEXT, email: TEXT, verifications: LIST, verified_at: TEXT };
const CLIENT: Fields = { ip: TEXT, user_agent: TEXT };
const CONSENT: Fields = { ...CLIENT, version: TEXT, text_sha256: TEXT, accepted_at: TEXT };
const RFC: Fields = { rfc_kind: TEXT, rfc_warnings: LIST };
const SIGNED: Fields = { ...CLIENT, signed_at: TEXT };
/** Fields with results of face and document checks. */
const FINDINGS: Fields = { biometrics: ANY, ocr: ANY, ocr_frontside: ANY, ocr_backside: ANY };

/** Fields of payloads beside the submitted data. */
const MORE: Readonly<Partial<Record<StepKey, Fields>>> = {
  acceptance: CONSENT,
  auth: FINDINGS,
  biometric_sign: { ...SIGNED, ...FINDINGS, document_sha256: TEXT },
  cdc_authorization: { ...CONSENT, ...RFC, ...NIP },
  document_analyzer: FINDINGS,
  document_preview: { document: TEXT, document_sha256: TEXT },
  document_sign: { ...SIGNED, document_sha256: TEXT },
  enroll_basic: FINDINGS,
  enroll_fingerprint: FINDINGS,
  enroll_full: FINDINGS,
  enroll_simple: {
    birth_date: TEXT,
    gender: { kind: 'text', values: ['H', 'M', 'X'] },
    state_code: TEXT,
    state: TEXT,
    born_abroad: BOOLEAN,
    age: NUMBER,
    checks: ANY,
  },
  liveness: FINDINGS,
  multiple_document_sign: { ...SIGNED, documents: LIST },
  nip: NIP,
  personal_bank_data: {
    ...RFC,
    bank_code: TEXT,
    bank_name: TEXT,
    place_code: TEXT,
    account_number: TEXT,
  },
  personal_financial: RFC,
  personal_job_detail: { company_rfc_kind: TEXT, company_rfc_warnings: LIST },
  personal_references: { count: NUMBER },
  verify_email: NIP,
  verify_phone_number: NIP,
  video_sign_step: { ...CLIENT, statement_sha256: TEXT, recorded_at: TEXT },
};

/**
 * Returns the kind of a step's payload. `resolved`: configuration that its setup refers to; undefined if not known yet.
 */
export function payloadKind(key: string, resolved: Json | undefined): ObjectKind {
  const schema = stepSchema(key);
  if (schema === undefined) return { kind: 'object', fields: new Map(), isOpen: true };
  if (key === 'custom_form') return formKind(resolved);
  const known = kinds.get(key) ?? dataKind(schema.data, MORE[key as StepKey] ?? {});
  kinds.set(key, known);
  return known;
}

const kinds = new Map<string, ObjectKind>();

function formKind(resolved: Json | undefined): ObjectKind {
  const fields = resolved === undefined ? [] : fieldsIn(resolved);
  const entries = fields.map((field) => [field.key, kindOfField(field)] as const);
  const form: ObjectKind = { kind: 'object', fields: new Map(entries) };
  return resolved === undefined ? { ...form, isOpen: true } : form;
}

function kindOfField({ type, options }: FormField): ValueKind {
  if (type === 'number') return NUMBER;
  if (type === 'checkbox') return BOOLEAN;
  return type === 'select' && options !== undefined ? { kind: 'text', values: options } : TEXT;
}

/** Returns the kind of the submitted data. Codes are never stored, so they are left out. */
function dataKind(data: ZodType, more: Fields): ObjectKind {
  const schema = z.toJSONSchema(data, { io: 'input' }) as JsonSchema;
  const properties = (schema.anyOf ?? [schema]).flatMap((each) =>
    Object.entries(each.properties ?? {}),
  );
  const submitted = properties
    .filter(([name]) => name !== 'code')
    .map(([name, property]) => [name, kindOf(property)] as const);
  return { kind: 'object', fields: new Map([...submitted, ...Object.entries(more)]) };
}

interface JsonSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
}

function kindOf(schema: JsonSchema): ValueKind {
  const choices = (schema.anyOf ?? [schema]).filter(({ type }) => type !== 'null');
  const [given] = choices;
  if (given === undefined || choices.length > 1) return ANY;
  if (given !== schema) return kindOf(given);
  const texts = (given.enum ?? [given.const]).filter((each) => typeof each === 'string');
  if (texts.length > 0) return { kind: 'text', values: texts };
  return kindOfType(given);
}

function kindOfType({ type, items, properties }: JsonSchema): ValueKind {
  if (type === 'array') return { kind: 'list', items: items === undefined ? ANY : kindOf(items) };
  if (type === 'object' && properties !== undefined) {
    const fields = Object.entries(properties).map(([name, each]) => [name, kindOf(each)] as const);
    return { kind: 'object', fields: new Map(fields) };
  }
  return SCALARS.get(type ?? '') ?? ANY;
}

const SCALARS: ReadonlyMap<string, ValueKind> = new Map([
  ['string', TEXT],
  ['number', NUMBER],
  ['integer', NUMBER],
  ['boolean', BOOLEAN],
]);
