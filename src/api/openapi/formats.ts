/** Formats without a pattern: zod's pattern for them is long, and adds nothing for readers and generators. */
const PLAIN: ReadonlySet<unknown> = new Set(['uuid', 'ipv4', 'ipv6']);

/** Removes the pattern from a schema with such a format. */
export function plainFormats({
  jsonSchema,
}: {
  jsonSchema: { format?: unknown; pattern?: unknown };
}): void {
  if (PLAIN.has(jsonSchema.format)) delete jsonSchema.pattern;
}
