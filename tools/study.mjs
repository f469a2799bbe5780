/** `npm run study -- NAME`: runs an experiment of a paper again, in headless Chrome, and writes the table. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runInPage } from "./browser/headless_page.mjs";
import { CommandLineError } from "./terminal/command_line_error.mjs";
import { runMain } from "./terminal/main.mjs";
import { parseWords } from "./terminal/parse_words.mjs";
import { progressPrinter } from "./terminal/progress.mjs";

const names = ["grid-coverage", "unrolled-ring"];

const help = `npm run study -- NAME [options]

Trains the variants of a game from five seeds each, and writes out/studies/NAME.md. It takes some ten minutes without a GPU.
NAME is one of ${names.join(", ")}.

  --write   also writes apps/studies/NAME.md, which is kept in the repository
  --help    this text`;

async function main() {
  const { values, positionals } = parseWords({
    options: { write: { type: "boolean" }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.help) return console.log(help);
  const [name = ""] = positionals;
  if (!names.includes(name))
    throw new CommandLineError(`There is no study "${name}"; these exist: ${names.join(", ")}.`);
  const printer = progressPrinter(process.stderr);
  const markdown = String(await runInPage("apps/studies/page.ts", [name, `npm run study -- ${name}`], printer));
  printer.end();
  const folder = join("out", "studies");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.md`), markdown);
  if (values.write) {
    await writeFile(fileURLToPath(new URL(`../apps/studies/${name}.md`, import.meta.url)), markdown);
  }
  console.log(markdown);
}

await runMain(main);
