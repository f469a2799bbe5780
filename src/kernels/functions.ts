import { at } from "../errors/at.ts";
import { findDeclaration } from "./declarations.ts";
import { shaderSources } from "./sources.ts";

/** Library functions by name, with the names of those that each one calls. */
const library = new Map<string, { readonly text: string; readonly calls: readonly string[] }>();

function readLibrary(): void {
  const source = shaderSources.functions;
  const names = [...source.matchAll(/\bfn\s+(\w+)/g)].map((match) => at(match, 1)).filter((name) => name !== "main");
  for (const name of names) {
    const span = findDeclaration(source, name);
    if (!span) continue;
    const text = source.slice(span.start, span.end);
    const calls = names.filter((other) => other !== name && new RegExp(`\\b${other}\\(`).test(text));
    library.set(name, { text, calls });
  }
}

/** The declarations from `shaders/functions.wgsl` that `code` calls, and what those call in turn. */
export function libraryFor(code: string): string {
  if (library.size === 0) readLibrary();
  const wanted = new Set<string>();
  const visit = (name: string) => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const called of library.get(name)?.calls ?? []) visit(called);
  };
  for (const [word] of code.matchAll(/\w+(?=\()/g)) if (library.has(word)) visit(word);
  return [...wanted].flatMap((name) => library.get(name)?.text ?? []).join("\n\n");
}
