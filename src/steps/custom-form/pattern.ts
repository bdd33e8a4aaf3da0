/** The patterns of a form's fields: RE2, with a bound on the compiled program and on the work of a match. */
import { RE2JS } from 're2js';
import { estimateSize } from './pattern-size';

/** Instructions of a compiled pattern. */
const MAX_PROGRAM = 1_000;
/** Instructions times characters of a match: at most some 100 ms. */
export const MAX_WORK = 1_000_000;

export interface Pattern {
  /** Instructions of the compiled program. */
  size: number;
  /** Returns true if the whole text has the form. Linear in the text times `size`. */
  matches(text: string): boolean;
}

/**
 * Says what is wrong with a pattern. Undefined if nothing is. `max`: the length that its texts may have, as the field
 * says it; a field that says nothing takes texts as long as they can be checked.
 */
export function faultOfPattern(pattern: string, max = 0): string | undefined {
  if (estimateSize(pattern) > 2 * MAX_PROGRAM) return TOO_LARGE;
  const compiled = tryCompile(pattern);
  if (compiled === null) {
    return 'must be a regular expression of RE2, without look-around and back-references';
  }
  if (compiled.size > MAX_PROGRAM) return TOO_LARGE;
  if (compiled.size * max <= MAX_WORK) return undefined;
  const longest = Math.floor(MAX_WORK / compiled.size);
  return `is too large for texts of ${max} characters: set max to ${longest} or less, or use fewer repetitions`;
}

const TOO_LARGE = `compiles to more than ${MAX_PROGRAM} instructions: use smaller repetition counts, such as {0,50}`;

/** The compiled pattern; kept for the next call. @throws Error if it can't be compiled. */
export function compilePattern(pattern: string): Pattern {
  const known = compiledPatterns.get(pattern);
  const compiled = known ?? compile(pattern);
  // The least recently used pattern comes first.
  compiledPatterns.delete(pattern);
  compiledPatterns.set(pattern, compiled);
  const [oldest] = compiledPatterns.keys();
  if (compiledPatterns.size > MAX_KEPT && oldest !== undefined) compiledPatterns.delete(oldest);
  return compiled;
}

const MAX_KEPT = 500;
const compiledPatterns = new Map<string, Pattern>();

function compile(pattern: string): Pattern {
  const program = RE2JS.compile(pattern);
  return { size: program.programSize(), matches: (text) => program.testExact(text) };
}

function tryCompile(pattern: string): Pattern | null {
  try {
    return compilePattern(pattern);
  } catch {
    return null;
  }
}
