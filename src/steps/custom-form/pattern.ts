/** Patterns of form fields: RE2, with limits on the compiled program and on the work of a match. */
import { RE2JS } from 're2js';
import { estimateSize } from './pattern-size';

/** Maximum instructions of a compiled pattern. */
const MAX_PROGRAM = 1_000;
/** Maximum instructions times characters of a match: about 100 ms. */
export const MAX_WORK = 1_000_000;

export interface Pattern {
  /** Instructions of the compiled program. */
  size: number;
  /** Returns true if the whole text matches. Linear in the text times `size`. */
  matches(text: string): boolean;
}

/**
 * Returns what is wrong with a pattern, or undefined. `max`: maximum length of the field's texts; without it, texts may
 * be as long as the work limit allows.
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

/** Compiles a pattern, or returns it from the cache. @throws Error if it can't be compiled. */
export function compilePattern(pattern: string): Pattern {
  const known = compiledPatterns.get(pattern);
  const compiled = known ?? compile(pattern);
  // The least recently used pattern is first.
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
