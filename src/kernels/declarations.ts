/** Finding declarations in WGSL text, well-formed as the files in `shaders/` are known to be. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the function or struct `name` stands, from its keyword to its closing brace. */
export function findDeclaration(source: string, name: string): Span | undefined {
  const head = new RegExp(`\\b(?:fn|struct)\\s+${name}\\b`).exec(source);
  if (!head) return undefined;
  let depth = 0;
  for (let i = source.indexOf("{", head.index); i < source.length; i++) {
    if (source[i] === "{") depth++;
    else if (source[i] === "}" && --depth === 0) return { start: head.index, end: i + 1 };
  }
  return undefined;
}
