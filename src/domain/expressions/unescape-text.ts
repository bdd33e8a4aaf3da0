import { ExpressionError } from './expression-error';

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ...["'", '"', '\\', '/'].map((sign) => [sign, sign] as const),
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Returns the value of a quoted text. @throws ExpressionError. */
export function unescapeText(quoted: string, position: number): string {
  return quoted
    .slice(1, -1)
    .replaceAll(/\\(?:u([\da-f]{4})|([^]))/gi, (_all, code?: string, sign?: string) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      const meant = ESCAPED.get(sign ?? '');
      if (meant === undefined)
        throw new ExpressionError(position, 'this text escapes what it need not');
      return meant;
    });
}
