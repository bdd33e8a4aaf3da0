/**
 * Returns the path and query of a request target. Clients of proxies send a whole address (RFC 9112, 3.2.2), whose
 * origin makes no difference here; any other target stays as it is.
 */
export function originForm(target: string): string {
  const rest = /^https?:\/\/[^/?#]*(?<rest>[^]*)$/i.exec(target)?.groups?.['rest'];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
