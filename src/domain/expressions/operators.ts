/** The operators of expressions. */
export type UnaryOperator = 'not' | '-' | '+';
export type BinaryOperator =
  'or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%' | '^';
