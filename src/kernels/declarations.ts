/** Finding declarations in WGSL text, well-formed as the files in `shaders/` are known to be. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the function or struct `name` stands, from its keyword to its closing brace. */
export function findDeclaration(source: string, name: string): Span | undefined {
  const head = new RegExp(`\\b(?:fn|struct)\\s+${name}\\b`).exec(source);
  const end = head ? closingBrace(source, head.index) : undefined;
  return head && end !== undefined ? { start: head.index, end } : undefined;
}

/** The place behind the brace that closes the first one from `start` on. */
export function closingBrace(source: string, start: number): number | undefined {
  let depth = 0;
  for (let i = source.indexOf("{", start); i >= 0 && i < source.length; i++) {
    if (source[i] === "{") depth++;
    else if (source[i] === "}" && --depth === 0) return i + 1;
  }
  return undefined;
}
