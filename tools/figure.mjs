/** `npm run figure`: trains what a figure of the docs shows, in headless Chrome, and draws it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runInPage } from "./browser/headless_page.mjs";
import { CommandLineError } from "./terminal/command_line_error.mjs";
import { runMain } from "./terminal/main.mjs";
import { parseWords } from "./terminal/parse_words.mjs";
import { progressPrinter } from "./terminal/progress.mjs";

const names = ["frozen-generator", "rescued"];

const help = `npm run figure -- [NAME] [options]

Trains what a figure of the docs shows, prints its numbers, and draws out/figures/NAME.svg. It takes a minute or two without a GPU.

  frozen-generator  what becomes of a frozen generator's gradient as the discriminator learns, on the ring
  rescued           a run that fails, and the same one with a steward
  --write           also draws docs/images/NAME.svg, which is kept in the repository
  --help            this text

NAME is ${names[0]} if it is left out.`;

async function main() {
  const { values, positionals } = parseWords({
    options: { write: { type: "boolean" }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.help) return console.log(help);
  const [name = names[0] ?? "", ...rest] = positionals;
  if (!names.includes(name) || rest.length > 0) {
    throw new CommandLineError(`There is no figure "${positionals.join(" ")}"; give one of ${names.join(", ")}.`);
  }
  const printer = progressPrinter(process.stderr);
  const { svg, table, adapter } = Object(await runInPage("apps/figures/page.ts", [name], printer));
  printer.end();
  const folder = join("out", "figures");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.svg`), svg);
  if (values.write) await writeFile(fileURLToPath(new URL(`../docs/images/${name}.svg`, import.meta.url)), svg);
  console.log(`${adapter}\n${table}`);
}

await runMain(main);
