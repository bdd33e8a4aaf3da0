/** Formats that say it all: the pattern that zod writes beside them is long, and tells readers and generators nothing more. */
const PLAIN: ReadonlySet<unknown> = new Set(['uuid', 'ipv4', 'ipv6']);

/** Takes the pattern from a schema whose format says the same. */
export function plainFormats({
  jsonSchema,
}: {
  jsonSchema: { format?: unknown; pattern?: unknown };
}): void {
  if (PLAIN.has(jsonSchema.format)) delete jsonSchema.pattern;
}
