/** Estimates the size of a compiled pattern before compiling it, because compiling is the slow part. */

/** Character classes and escapes compile to one instruction each, at any source length. */
const PART =
  /(?<group>\((?:\?P?<\w+>|\?[a-zA-Z-]*:?)?)|(?<end>\))|(?<repeat>\{(?<low>\d+)(?:,(?<high>\d*))?\}|[*+?])|(?<atom>\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|\\[pPx]\{[^}]*\}|\\[^]|[^])/uy;

/**
 * Estimates the number of instructions of a pattern in RE2 syntax. Infinity for quotations (`\Q…\E`), in which brackets
 * have no meaning. Linear in the pattern.
 */
export function estimateSize(pattern: string): number {
  if (pattern.includes(String.raw`\Q`)) return Infinity;
  /** Sum of each open group. */
  const sums = [0];
  let last = 0;
  const add = (size: number) => {
    last = size;
    sums.push((sums.pop() ?? 0) + size);
  };
  const part = new RegExp(PART);
  for (let found = part.exec(pattern); found !== null; found = part.exec(pattern)) {
    const { group, end, repeat, low, high } = found.groups ?? {};
    if (group !== undefined) {
      sums.push(2);
      last = 0;
    } else if (end !== undefined) add(sums.length > 1 ? (sums.pop() ?? 0) : 0);
    else if (repeat === undefined) add(1);
    else add(repeated(last, low, high) - last);
  }
  return sums.reduce((total, sum) => total + sum, 0);
}

function repeated(size: number, low: string | undefined, high: string | undefined): number {
  if (low === undefined) return size + 1;
  return Math.max(Number(low), Number(high === '' ? low : (high ?? low)), 1) * (size + 1);
}
