import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { TEMPLATE_BINDING_EXAMPLE } from '../../../steps/creation-example';
import type {
  DocumentField,
  TemplateBindingFields,
} from '../../../store/configuration/flow-configuration';
import { configRoutes } from '../../config-resource';
import type { ApiDependencies } from '../../dependencies';
import { BINDING_TEXT as T, templateBinding } from '../../openapi/documents';
import { invalidField } from '../../../application/domain-error';
import { requireTemplate } from '../../../application/require-expression';
import { singleLine, requestUuid } from '../../fields';
import { described } from '../../openapi/described';
import { EXAMPLE_KEYS } from '../../../steps/example-keys';

const fieldUuid = z.uuid().toLowerCase();
const body = z.strictObject({
  name: described(singleLine(100), T.name, 'Contrato con correo'),
  text_bindings: described(
    z
      .record(
        fieldUuid,
        z.strictObject({
          steps: described(z.array(singleLine(64)).max(50), T.steps, [EXAMPLE_KEYS.email]),
          template: described(z.string().max(2_000), T.template, '{verify_email.email}'),
        }),
      )
      .default({}),
    `${T.text_bindings} By default none.`,
    TEMPLATE_BINDING_EXAMPLE.text_bindings,
  ),
  sign_bindings: described(
    z
      .array(fieldUuid)
      .max(200)
      .refine((all) => new Set(all).size === all.length, 'names a field twice')
      .default([]),
    `${T.sign_bindings} By default none.`,
    TEMPLATE_BINDING_EXAMPLE.sign_bindings,
  ),
  template_uuid: requestUuid(T.template_uuid),
});
type Body = z.infer<typeof body>;

/** Routes for template bindings: values for the fields of a document template (Workflows API of REM Tools). */
export const templateBindingRoutes = configRoutes<TemplateBindingFields, Body>({
  path: 'template-bindings',
  name: 'template binding',
  purpose:
    'Values for the fields of a document template: texts made of what steps yielded, and the places of the signature.',
  store: (deps) => deps.templateBindings,
  body,
  document: templateBinding,
  templateField: 'template_binding_uuid',
  hasUniqueNames: true,
  errors: ['invalid_expression'],
  example: TEMPLATE_BINDING_EXAMPLE,
  asSent: ({ name, text_bindings, sign_bindings, template_uuid }) => ({
    ...{ name, text_bindings, sign_bindings, template_uuid },
  }),
  async check(given, deps, accountUuid, { existing }) {
    requireTexts(given);
    // A binding stays valid when its template is archived.
    if (existing === null || !bindsTheSame(given, existing)) {
      await requireFields(given, deps, accountUuid);
    }
    return given;
  },
});

function bindsTheSame(given: Body, existing: TemplateBindingFields): boolean {
  return (['template_uuid', 'text_bindings', 'sign_bindings'] as const).every((name) =>
    isDeepStrictEqual(given[name], existing[name]),
  );
}

/** @throws DomainError if a text can't be parsed, or refers to a step that it doesn't list. */
function requireTexts({ text_bindings }: Body): void {
  for (const [uuid, { steps, template }] of Object.entries(text_bindings)) {
    const path = `text_bindings.${uuid}`;
    const unlisted = requireTemplate(template, `${path}.template`).find(
      (step) => !steps.includes(step),
    );
    if (unlisted !== undefined)
      throw invalidField(`${path}.steps`, `lacks a step that the text is about`);
  }
}

/** @throws DomainError with the path of each field that the template lacks, or has with another type. */
async function requireFields(
  { template_uuid, text_bindings, sign_bindings }: Body,
  deps: ApiDependencies,
  accountUuid: string,
): Promise<void> {
  const template = await deps.documentTemplates.find(accountUuid, template_uuid);
  if (template === null) throw invalidField('template_uuid', 'is no document template');
  const kinds = new Map(template.fields.map(({ uuid, kind }) => [uuid, kind]));
  const require = (uuid: string, kind: DocumentField['kind'], path: string) => {
    if (kinds.get(uuid) !== kind) throw invalidField(path, `is no ${kind} field of the template`);
  };
  for (const uuid of Object.keys(text_bindings)) require(uuid, 'text', `text_bindings.${uuid}`);
  for (const [index, uuid] of sign_bindings.entries()) {
    require(uuid, 'signature', `sign_bindings.${index}`);
  }
}
