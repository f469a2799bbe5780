/** The snippets of the readme, and those of earlier ones: what users have copied must go on to work. */

/** A fenced block of a text in Markdown. */
export interface Block {
  /** Such as `ts`. */
  readonly language: string;
  /** What stands behind the language, such as `page`. */
  readonly info: string;
  readonly text: string;
}

export const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/```(\w+)([^\n]*)\n([\s\S]*?)```/g)].map(([, language = "", info = "", text = ""]) => ({
    language,
    info: info.trim(),
    text,
  }));

/** The snippets in TypeScript of several texts, each once; not those that show a piece of the library's sources. */
export function snippetsOf(...markdowns: readonly string[]): Block[] {
  const all = markdowns.flatMap(blocksOf).filter(({ language, info }) => language === "ts" && !info.includes("="));
  return all.filter(({ text }, i) => all.findIndex((other) => other.text === text) === i);
}
