/** Normalizes phones for providers. */

/**
 * Mexican mobiles were dialled with a 1 after +52 before August 2019; WhatsApp still identifies older accounts this
 * way.
 */
const OLD_MEXICAN_MOBILE = /^\+521(\d{10})$/;

/** Returns the E.164 form of today's numbering plan. */
export function currentPhone(phone: string): string {
  return phone.replace(OLD_MEXICAN_MOBILE, '+52$1');
}

/** Returns the phone in a provider's address such as `whatsapp:+5215512345678`. */
export function phoneIn(address: string): string {
  return currentPhone(address.replace(/^whatsapp:/, ''));
}
