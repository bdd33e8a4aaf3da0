/** What of a destination may be shown, logged and kept in clear. */

/** `+573100000001` reads `+57*******001`… the last four digits and at most the first three characters stay. */
export function maskPhone(phone: string): string {
  const [head, tail] = [phone.slice(0, 3), phone.slice(-4)];
  return `${head}${'*'.repeat(Math.max(0, phone.length - 7))}${tail}`;
}

/** `maria@example.com` reads `m****@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}****${email.slice(at)}`;
}
