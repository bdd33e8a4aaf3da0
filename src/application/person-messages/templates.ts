/** A text that was written from a template, with its values by placeholder. */
export interface Match<Key extends string> {
  key: Key;
  values: Readonly<Record<string, string>>;
}

/** Longest text that is matched; the service writes none that is longer. */
const MAX_TEXT = 2_000;

/** Finds the template that a text was written from. Placeholders are names in braces, such as `{limit}`. */
export class Templates<Key extends string> {
  private readonly plain = new Map<string, Key>();
  private readonly patterns: readonly [key: Key, pattern: RegExp][];

  constructor(table: Readonly<Record<Key, string>>) {
    const entries = Object.entries(table) as [Key, string][];
    this.patterns = entries.filter(([, text]) => text.includes('{')).map(patternOf);
    for (const [key, text] of entries) {
      if (!text.includes('{')) this.plain.set(text, key);
    }
  }

  /** Lists the templates that fit, the best first. */
  match(text: string): Match<Key>[] {
    if (text.length > MAX_TEXT) return [];
    const exact = this.plain.get(text);
    if (exact !== undefined) return [{ key: exact, values: {} }];
    return this.patterns.flatMap(([key, pattern]) => {
      const found = pattern.exec(text);
      return found === null ? [] : [{ key, values: { ...found.groups } }];
    });
  }
}

function patternOf<Key extends string>([key, text]: [Key, string]): [Key, RegExp] {
  const parts = text.split(/\{(\w+)\}/g);
  const source = parts.map((part, index) =>
    index % 2 === 0 ? part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) : groupOf(part),
  );
  return [key, new RegExp(`^${source.join('')}$`)];
}

/** Limits are numbers; other values are any text. */
function groupOf(name: string): string {
  return NUMBERS.has(name) ? String.raw`(?<${name}>-?[\d.e+-]+)` : `(?<${name}>.+)`;
}

const NUMBERS: ReadonlySet<string> = new Set(['limit', 'page', 'pages']);
