/** Example creation for the API document. */
export const CREATION_EXAMPLE = {
  steps: ['acceptance', 'verify_phone_number'],
  setup: { acceptance: { text: 'Acepto los términos.', version: '2026-11' } },
  external_reference_id: 'customer-42',
  expires_in: 60,
};

/** Example knockout rule (Workflows API of REM Tools). */
export const KNOCKOUT_RULE_EXAMPLE = {
  name: 'Knockout Rule 1',
  template: "email != 'example@example.com'",
  active: true,
  step: 'verify_email',
};

/** Example workflow template (Workflows API of REM Tools), with the setup that its steps require. */
export const WORKFLOW_TEMPLATE_EXAMPLE = {
  name: 'Workflow Template 1',
  description: 'Workflow Template 1 description',
  steps: ['acceptance'],
  config: { metadata: { user_id: '{{$guid}}' }, expires_in: 20, disable_geolocation: true },
  steps_setup: { acceptance: { text: 'Acepto los términos.', version: '2026-11' } },
};

/** Example values that a run overrides in its template. */
export const OVERWRITES_EXAMPLE = {
  setup: { acceptance: { version: '2026-12' } },
  external_reference_id: 'customer-42',
};

/** Example template binding (Workflows API of REM Tools). */
export const TEMPLATE_BINDING_EXAMPLE = {
  name: 'Template Binding 1',
  text_bindings: {
    'c6e6c76e-5a15-4f5f-9649-795da3d54f00': {
      steps: ['verify_email'],
      template: '{verify_email.email}',
    },
  },
  sign_bindings: ['faf108d5-0fd4-4802-8e31-71b7a812680b'],
  template_uuid: '86b9535d-50d9-419c-9965-ee4db5956871',
};

/** Example customization (Workflows API of REM Tools). */
export const CUSTOMIZATION_EXAMPLE = {
  name: 'Customization 1',
  values: {
    auth: {
      title: 'Autentica con tu rostro',
      errors: { an_error_occurred: 'Ocurrió un problema' },
    },
    theme: { primary: '#1a5fb4' },
  },
};
