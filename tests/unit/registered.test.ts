/** Every part that stands in a registry's folder is in the registry, and on the page that lists them: nothing is forgotten. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { sources } from "../../src/data/drawn/sources.ts";
import { losses } from "../../src/gan/losses/registry.ts";
import { penalties } from "../../src/gan/penalties/registry.ts";
import { plays } from "../../src/gan/play/registry.ts";
import { tricks } from "../../src/gan/tricks/registry.ts";
import { optimizers } from "../../src/optim/registry.ts";
import { defaultRules } from "../../src/probes/rules/defaults.ts";
import * as optim from "../../src/public/optim.ts";

/** Whether something exported is a part with these functions, and those that a registry has. */
interface Folder {
  readonly registered: readonly unknown[];
  isPart(given: unknown): boolean;
}

const named =
  (...functions: readonly string[]) =>
  (given: unknown): boolean => {
    const parts: Readonly<Record<string, unknown>> = Object(given);
    return typeof parts["name"] === "string" && functions.some((name) => typeof parts[name] === "function");
  };

/** A function that gives a source without being told anything. */
function givesSource(given: unknown): boolean {
  if (typeof given !== "function") return false;
  try {
    return typeof Object(given()).prepare === "function";
  } catch {
    return false;
  }
}

const modules = Object.entries(
  import.meta.glob<Readonly<Record<string, unknown>>>(
    "../../src/{gan/losses,gan/penalties,gan/tricks,gan/play,optim,data/drawn,probes/rules}/*.ts",
    { eager: true },
  ),
);
const folders: Readonly<Record<string, Folder>> = {
  "src/gan/losses": {
    registered: Object.values(losses),
    isPart: named("create"),
  },
  "src/gan/penalties": {
    registered: Object.values(penalties),
    isPart: named("term", "generatorTerm"),
  },
  "src/gan/tricks": {
    registered: Object.values(tricks),
    isPart: named("discriminator", "pack", "view", "batches", "judged", "logits", "latent"),
  },
  "src/gan/play": {
    registered: Object.values(plays),
    isPart: named("step"),
  },
  "src/optim": {
    registered: Object.values(optimizers),
    isPart: named("create"),
  },
  "src/data/drawn": {
    registered: Object.values(sources),
    isPart: givesSource,
  },
  "src/probes/rules": {
    registered: defaultRules,
    isPart: named("watch"),
  },
};

describe.each(Object.entries(folders))("%s", (folder, { registered, isPart }) => {
  const inFolder = modules.filter(([path]) => dirname(path) === `../../${folder}`);
  const parts = inFolder.flatMap(([path, exports]) =>
    Object.entries(exports)
      .filter(([, value]) => isPart(value))
      .map(([name, value]) => ({ name: `${name} of ${path.split("/").at(-1)}`, value })),
  );

  test("has every part in its all.ts", () => {
    expect(parts.length).toBeGreaterThanOrEqual(registered.length);
    const forgotten = parts.filter(({ value }) => !registered.includes(value)).map(({ name }) => name);
    expect(forgotten, `lines that ${folder}/all.ts lacks`).toEqual([]);
  });
});

describe("the pages of docs", () => {
  const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

  test("name every loss, penalty, trick, rule of play and optimiser, and count them", () => {
    const choices = page("choices.md");
    const names = [losses, penalties, tricks, plays, optimizers].flatMap((registry) => Object.keys(registry));
    expect(names.filter((name) => !choices.includes(`\`${name}\``))).toEqual([]);
    const [l, p, t, r] = [losses, penalties, tricks, plays].map((registry) => Object.keys(registry).length);
    expect(choices).toContain(`${l} losses, ${p} penalties, ${t} tricks and ${r} rules of play`);
  });

  test("name every set of samples that is drawn", () => {
    const names = Object.keys(sources);
    const named = page("data.md");
    expect(names.filter((name) => !named.includes(`\`${name}\``) && !named.includes(`\`data.${name}\``))).toEqual([]);
  });
});

test("every optimiser has a function of its name, but for the decay of Adam's weights, which is an option of Adam's", () => {
  const functions = Object.keys(optim);
  for (const name of Object.keys(optimizers)) if (name !== "adamw") expect(functions).toContain(name);
});
