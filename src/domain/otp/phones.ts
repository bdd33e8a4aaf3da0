/** Phones as providers want them. */

/** Before August 2019 Mexican mobiles were dialled with a 1 after +52; WhatsApp still knows older accounts by it. */
const OLD_MEXICAN_MOBILE = /^\+521(\d{10})$/;

/** E.164 as the numbering plan has it today. */
export function currentPhone(phone: string): string {
  return phone.replace(OLD_MEXICAN_MOBILE, '+52$1');
}

/** The phone in a provider's address, `whatsapp:+5215512345678`. */
export function phoneIn(address: string): string {
  return currentPhone(address.replace(/^whatsapp:/, ''));
}
