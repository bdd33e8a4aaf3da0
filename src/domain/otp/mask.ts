/** Masks destinations for display, logs and plain storage. */

/**
 * Masks a phone: `+573100000001` becomes `+57******0001`. Leaves the first three characters and the last four digits.
 */
export function maskPhone(phone: string): string {
  const [head, tail] = [phone.slice(0, 3), phone.slice(-4)];
  return `${head}${'*'.repeat(Math.max(0, phone.length - 7))}${tail}`;
}

/** Masks an email: `maria@example.com` becomes `m****@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}****${email.slice(at)}`;
}
