/** `npm run example -- NAME`: runs an example in headless Chrome, and prints what it prints. */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { runModule } from "./browser/headless_page.mjs";
import { CommandLineError } from "./terminal/command_line_error.mjs";
import { runMain } from "./terminal/main.mjs";
import { parseWords } from "./terminal/parse_words.mjs";

const names = readdirSync(fileURLToPath(new URL("../examples", import.meta.url)))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => basename(name, ".ts"));

const help = `npm run example -- NAME

Runs examples/NAME.ts in headless Chrome, and prints what it prints. examples/README.md says what each shows.
NAME is one of ${names.join(", ")}.`;

async function main() {
  const { values, positionals } = parseWords({ options: { help: { type: "boolean" } }, allowPositionals: true });
  if (values.help || positionals.length === 0) return console.log(help);
  const [name = "", ...rest] = positionals;
  if (rest.length > 0) throw new CommandLineError("Give the name of one example.");
  if (!names.includes(name)) {
    throw new CommandLineError(`There is no example "${name}"; these exist: ${names.join(", ")}.`);
  }
  await runModule(`examples/${name}.ts`, { print: console.log, log: console.error });
}

await runMain(main);
