/** Schemas of document templates and template bindings in the API document. */
import { z } from 'zod';
import { configFields } from './connectors';
import { described, integer, text, uuid, UUID } from './described';
import { EXAMPLE_KEYS } from '../../steps/example-keys';

/** Descriptions of fields that requests and responses share. */
export const DOCUMENT_TEXT = {
  name: 'Name shown to your staff, unique in the account; up to 100 characters.',
  fields: 'Places of texts and signatures, up to 200.',
  field_uuid: 'UUID of the field, used by bindings.',
  kind: 'What goes there: a `text` or a `signature`.',
  page: 'Number of the page, from 1.',
  x: "Distance from the page's left edge, in points (1/72 inch).",
  y: "Distance from the page's lower edge, in points (1/72 inch).",
  width: 'Width in points (1/72 inch).',
  height: 'Height in points (1/72 inch).',
} as const;

const D = DOCUMENT_TEXT;
const points = (description: string, example: number) =>
  described(z.number(), description, example);

export const documentTemplate = described(
  z.strictObject({
    ...configFields('document template'),
    name: text(D.name, 'Contrato'),
    fields: described(
      z.array(
        z.strictObject({
          uuid: uuid(D.field_uuid),
          kind: described(z.enum(['text', 'signature']), D.kind, 'signature'),
          page: integer(D.page, 1),
          x: points(D.x, 20),
          y: points(D.y, 20),
          width: points(D.width, 120),
          height: points(D.height, 40),
        }),
      ),
      D.fields,
    ),
    pages: described(
      z.array(z.strictObject({ width: points(D.width, 612), height: points(D.height, 792) })),
      'Sizes of the pages of the PDF, in order.',
    ),
    size: integer('Size of the PDF in bytes.', 48_211),
    sha256: text(
      'SHA-256 of the PDF, in hexadecimal.',
      '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ),
  }),
  'A PDF to fill and sign.',
).meta({ id: 'DocumentTemplate' });

/** Descriptions of fields that requests and responses share. */
export const BINDING_TEXT = {
  name: 'Name shown to your staff, unique in the account; up to 100 characters.',
  template_uuid: 'UUID of the document template that is filled.',
  text_bindings: 'Texts by the UUID of their field.',
  steps: 'Keys or custom ids of the steps that the text is about, up to 50.',
  template: 'The text, with places such as `{verify_email.email}`; up to 2,000 characters.',
  sign_bindings: "UUIDs of the fields that get the person's signature, up to 200.",
} as const;

const B = BINDING_TEXT;

export const templateBinding = described(
  z.strictObject({
    ...configFields('template binding'),
    name: text(B.name, 'Contrato con correo'),
    template_uuid: uuid(B.template_uuid),
    text_bindings: described(
      z.record(
        z.string(),
        z.strictObject({
          steps: described(z.array(z.string()), B.steps, [EXAMPLE_KEYS.email]),
          template: text(B.template, '{verify_email.email}'),
        }),
      ),
      B.text_bindings,
      { [UUID]: { steps: [EXAMPLE_KEYS.email], template: '{verify_email.email}' } },
    ),
    sign_bindings: described(z.array(z.uuid()), B.sign_bindings, [UUID]),
  }),
  'Values for the fields of a document template.',
).meta({ id: 'TemplateBinding' });
