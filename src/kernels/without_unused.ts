import { at } from "../errors/at.ts";
import { closingBrace } from "./declarations.ts";

interface Declaration {
  /** With what stands between it and the one before: comments, and as many empty lines. */
  readonly text: string;
  /** Every word in it, but for those of comments. */
  readonly words: ReadonlySet<string>;
}

/**
 * A shader's text without the declarations that the function `entry` does not lead to: compilers read all of them, and kernels
 * that differ in nothing else are the same.
 */
export function withoutUnused(source: string, entry: string): string {
  const declarations = declarationsOf(source);
  const used = new Set<string>();
  const visit = (name: string) => {
    const declaration = declarations.get(name);
    if (!declaration || used.has(name)) return;
    used.add(name);
    declaration.words.forEach(visit);
  };
  visit(entry);
  return [...declarations]
    .flatMap(([name, { text }]) => (used.has(name) ? [text] : []))
    .join("")
    .trim();
}

/** What a text declares for the whole module, by name. Inner lines may begin like it where spaces are left out: braces count. */
function declarationsOf(source: string): ReadonlyMap<string, Declaration> {
  const head = /^(fn|struct|const|alias|var<workgroup>)\s+(\w+)/gm;
  const declarations = new Map<string, Declaration>();
  let end = 0;
  for (let match = head.exec(source); match; match = head.exec(source)) {
    const isBraced = match[1] === "fn" || match[1] === "struct";
    const next = (isBraced && closingBrace(source, match.index)) || source.indexOf(";", match.index) + 1;
    const text = source.slice(end, next);
    const words = new Set(text.replace(/\/\/.*$/gm, "").match(/\b[A-Za-z_]\w*\b/g) ?? []);
    declarations.set(at(match, 2), { text, words });
    end = next;
    head.lastIndex = next;
  }
  return declarations;
}
