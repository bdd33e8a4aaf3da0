import { z } from 'zod';
import type { Json } from '../../../domain/run/events';
import { CUSTOMIZATION_EXAMPLE } from '../../../steps/creation-example';
import type { CustomizationFields } from '../../../store/configuration/flow-configuration';
import { configRoutes } from '../../config-resource';
import { customization, CUSTOMIZATION_TEXT, CUSTOMIZATION_VALUES } from '../../openapi/forms';
import { singleLine, object } from '../../fields';
import { validationFailed, type FieldError } from '../../../application/domain-error';
import { isFields } from '../../../domain/run/is-fields';
import { described } from '../../openapi/described';

const MAX_TEXT = 5_000;
const COLOUR = /^#(?:[\da-f]{3}|[\da-f]{6}|[\da-f]{8})$/i;

const body = z.strictObject({
  name: described(singleLine(100), CUSTOMIZATION_TEXT.name, 'Marca azul'),
  values: described(object, CUSTOMIZATION_TEXT.values, CUSTOMIZATION_VALUES),
});

/** Routes for texts of the page by step, with colours and logo under `theme` (Workflows API of REM Tools). */
export const customizationRoutes = configRoutes<CustomizationFields, z.infer<typeof body>>({
  path: 'customizations',
  name: 'customization',
  purpose:
    "Texts, colours and logo of the person's page. A workflow names it by `metadata.customization_uuid`.",
  store: (deps) => deps.customizations,
  body,
  document: customization,
  templateField: 'customization_uuid',
  hasUniqueNames: true,
  asWritten: ['values'],
  example: CUSTOMIZATION_EXAMPLE,
  asSent: ({ name, values }) => ({ name, values }),
  check({ name, values }) {
    const faults = [...faultsOf(values, 'values'), ...themeFaults(values['theme'])];
    if (faults.length === 0) return Promise.resolve({ name, values });
    throw validationFailed(faults);
  },
});

/** Returns an error for each value that isn't a plain text, at any depth. */
function faultsOf(value: Json, path: string): FieldError[] {
  if (typeof value === 'string') {
    return value.length > MAX_TEXT ? [{ path, message: `is at most ${MAX_TEXT} characters` }] : [];
  }
  if (!isFields(value)) {
    return [{ path, message: 'must be a text, or an object of texts' }];
  }
  return Object.entries(value).flatMap(([name, each]) => faultsOf(each, `${path}.${name}`));
}

/** Checks the theme: only colours may go into the stylesheet; `logo` is an address that browsers load. */
function themeFaults(theme: Json | undefined): FieldError[] {
  if (theme === undefined) return [];
  const path = 'values.theme';
  if (!isFields(theme)) {
    return [{ path, message: 'must be an object of colours, with a logo' }];
  }
  return Object.entries(theme).flatMap(([name, value]) => {
    if (typeof value !== 'string') return [];
    if (name === 'logo') {
      return /^https:\/\/[^\s@"'<>]+$/.test(value) && URL.canParse(value)
        ? []
        : [{ path: `${path}.logo`, message: 'must be an https address' }];
    }
    return COLOUR.test(value)
      ? []
      : [{ path: `${path}.${name}`, message: 'must be a colour such as #1a5fb4' }];
  });
}
