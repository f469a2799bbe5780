/** `npm run figure`: runs the experiment that the page of experiments shows, in headless Chrome, and draws its figure. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runInPage } from "./browser/headless_page.mjs";
import { runMain } from "./terminal/main.mjs";
import { parseWords } from "./terminal/parse_words.mjs";
import { progressPrinter } from "./terminal/progress.mjs";

const name = "frozen-generator.svg";

const help = `npm run figure -- [options]

Trains a discriminator against a frozen generator on the ring, prints what became of the generator's gradient, and draws
out/figures/${name}. It takes a minute or two without a GPU.

  --write   also draws docs/images/${name}, which is kept in the repository
  --help    this text`;

async function main() {
  const { values } = parseWords({ options: { write: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) return console.log(help);
  const printer = progressPrinter(process.stderr);
  const { svg, table, adapter } = Object(await runInPage("apps/figures/page.ts", [], printer));
  printer.end();
  const folder = join("out", "figures");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), svg);
  if (values.write) await writeFile(fileURLToPath(new URL(`../docs/images/${name}`, import.meta.url)), svg);
  console.log(`${adapter}\n${table}`);
}

await runMain(main);
