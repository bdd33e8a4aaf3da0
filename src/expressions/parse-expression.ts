/** Expressions in the language of expr-eval. Its parser is used, its evaluator isn't. */
import { Parser } from 'expr-eval';
import { ExpressionError } from './expression-error';
import { ARGUMENTS, type FunctionName } from './functions';
import { scanExpression, type Place, type Token } from './scan-expression';

/** What an expression is evaluated by: in postfix order, `IEXPR` holding what may be left out. */
export interface Instruction {
  type: 'IVAR' | 'IMEMBER' | 'IOP1' | 'IOP2' | 'IOP3' | 'IEXPR' | 'IFUNCALL' | 'IARRAY';
  value: string | number | Instruction[];
}

/** An expression that was found to be in order. */
export interface Expression {
  instructions: readonly Instruction[];
  places: readonly Place[];
}

/** Means nothing to the parser: it stops there once it has taken all that comes before. */
const STOP = '}';
const parser = new Parser({ operators: { assignment: false, fndef: false, factorial: false } });

/** @throws ExpressionError with the position of the first fault. */
export function parseExpression(text: string): Expression {
  const { tokens, places } = scanExpression(text);
  const found = tryParse(tokens);
  if (typeof found === 'string') throw faultIn(text, tokens);
  requireArguments(found, places, tokens);
  return { instructions: found, places };
}

/** The instructions, or what the parser says against it. */
function tryParse(tokens: readonly Token[], end = ''): Instruction[] | string {
  try {
    return instructionsOf(parser.parse(`${tokens.map(({ text }) => text).join(' ')} ${end}`));
  } catch (error) {
    return error instanceof Error ? error.message : 'unreadable';
  }
}

/** The parser keeps what it made there; its own types don't tell. */
function instructionsOf(parsed: ReturnType<Parser['parse']>): Instruction[] {
  return (parsed as unknown as { tokens: Instruction[] }).tokens;
}

/** The parser tells few positions: the fault is at the first token that it doesn't take. */
function faultIn(text: string, tokens: readonly Token[]): ExpressionError {
  let [taken, refused] = [0, tokens.length + 1];
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    if (isTaken(tokens.slice(0, middle))) taken = middle;
    else refused = middle;
  }
  const at = tokens[taken];
  return at === undefined
    ? new ExpressionError(text.length, 'something is missing here')
    : new ExpressionError(at.position, 'this does not belong here');
}

function isTaken(tokens: readonly Token[]): boolean {
  const fault = tryParse(tokens, STOP);
  return typeof fault === 'string' && fault.includes(`Unknown character "${STOP}"`);
}

/** @throws ExpressionError where a function gets too few values or too many. */
function requireArguments(
  instructions: readonly Instruction[],
  places: readonly Place[],
  tokens: readonly Token[],
): void {
  const callees: { name: FunctionName; position: number }[] = [];
  for (const { type, value } of instructions) {
    if (Array.isArray(value)) requireArguments(value, places, tokens);
    const place = placeAt(places, value);
    if (type === 'IVAR' && place?.kind === 'function') {
      const position = tokens.find(({ text }) => text === value)?.position ?? 0;
      callees.push({ name: place.name, position });
    }
    if (type === 'IFUNCALL') requireCount(callees.pop(), Number(value));
  }
}

function requireCount(
  callee: { name: FunctionName; position: number } | undefined,
  given: number,
): void {
  if (callee === undefined) throw new ExpressionError(0, 'calls what is no function');
  const wanted = ARGUMENTS[callee.name];
  if (wanted === null ? given > 0 : given === wanted) return;
  throw new ExpressionError(callee.position, `takes ${wanted ?? 'one or more'} values`);
}

/** What stood where the parser saw `v0`, `v1`… */
export function placeAt(places: readonly Place[], name: Instruction['value']): Place | undefined {
  return typeof name === 'string' ? places[Number(name.slice(1))] : undefined;
}
