/** A creation as the API's document shows it. */
export const CREATION_EXAMPLE = {
  steps: ['acceptance', 'verify_phone_number'],
  setup: { acceptance: { text: 'Acepto los términos.', version: '2026-11' } },
  external_reference_id: 'customer-42',
  expires_in: 60,
};
