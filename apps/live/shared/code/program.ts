/** A program that trains with the package what a live page trains. */
import type { gan } from "saddlepoint";
import { Code, literal } from "./literal.ts";

export interface Program {
  /** What it trains, as a sentence. */
  readonly about: string;
  /** Names of the package that it takes, beside `Engine` and `gan`. */
  readonly imports: readonly string[];
  /** What stands before the trainer. */
  readonly before?: readonly string[];
  /** What is not as trainers have it by default; values may be code. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly steps: number;
  /** What it does in the end. */
  readonly after: readonly string[];
}

/** Options that a trainer has where none are given. */
const usual = {
  loss: "non-saturating",
  penalties: [],
  tricks: [],
  play: "alternating",
  discriminatorSteps: 1,
  batchSize: 128,
  seed: 1,
} satisfies Partial<gan.TrainerConfig>;

const isUsual = (name: string, value: unknown): boolean =>
  Object.entries(usual).some(([other, usually]) => other === name && JSON.stringify(usually) === JSON.stringify(value));

const reportEvery = 100;

export function programText({ about, imports, before = [], options, steps, after }: Program): string {
  const names = [...new Set(["Engine", "gan", ...imports])].sort((a, b) =>
    a.toLowerCase() < b.toLowerCase() ? -1 : 1,
  );
  const told = Object.fromEntries(Object.entries(options).filter(([name, value]) => !isUsual(name, value)));
  return [
    `/** ${inComment(about)} */`,
    `import { ${names.join(", ")} } from "saddlepoint";`,
    "",
    "const engine = await Engine.create();",
    ...before,
    `const trainer = await gan.Trainer.create(engine, ${literal(told)});`,
    `for await (const { step, losses } of trainer.train({ steps: ${steps}, reportEvery: ${Math.min(reportEvery, steps)} })) {`,
    "  console.log(step, losses);",
    "}",
    ...after,
    "",
  ].join("\n");
}

/** What can stand in a comment without ending it. */
export const inComment = (text: string): string => text.replaceAll("*/", "* /").replaceAll(/\s/g, " ");

/** A name of the program. */
export const named = (name: string): Code => new Code(name);
