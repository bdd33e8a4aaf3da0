/** Descriptions of calls that all configuration resources share. */

export const CHANGE_TEXT =
  'Changes the fields that the body names and keeps the others; null removes an optional one. Workflows that were created before keep the state of their creation.';

/** Describes the archiving of a resource. */
export function describeArchiving(canBeInUse: boolean): string {
  const text =
    'It can no longer be read or named by new workflows; those that were created before go on.';
  return canBeInUse ? `${text} 409 \`in_use\` while something still uses it.` : text;
}
