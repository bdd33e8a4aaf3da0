/** Parses texts with placeholders for step data: `{step.field}`. The braces contain member access only. */
import { ExpressionError } from './expression-error';
import type { Node } from './nodes';
import { parseExpression } from './parse-expression';

const ACCESS = 'must name a field of a step, as {step.field}';

/** Returns the first name of each placeholder: the key or custom id of a step. */
export function stepsInTemplate(text: string): string[] {
  const names: string[] = [];
  for (let at = 0; at < text.length;) {
    const open = text.indexOf('{', at);
    const close = text.indexOf('}', at);
    if (open < 0 && close < 0) break;
    if (open < 0 || (close >= 0 && close < open))
      throw new ExpressionError(close, 'closes nothing');
    if (close < 0) throw new ExpressionError(open, 'is never closed');
    names.push(stepIn(text.slice(open + 1, close), open + 1));
    at = close + 1;
  }
  return names;
}

function stepIn(place: string, at: number): string {
  const root = parsed(place, at);
  let node = root;
  while (node.type === 'member') node = node.of;
  if (node.type !== 'variable' || node === root) throw new ExpressionError(at, ACCESS);
  return node.name;
}

function parsed(place: string, at: number): Node {
  try {
    return parseExpression(place);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(at, ACCESS);
  }
}
