/** `npm run certify`: holds the engine against closed forms in headless Chrome, and writes what came of it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runInPage } from "./browser/headless_page.mjs";
import { runMain } from "./terminal/main.mjs";
import { parseWords } from "./terminal/parse_words.mjs";
import { progressPrinter } from "./terminal/progress.mjs";

/** @typedef {import("../apps/certificates/page.ts").CertifyResult} CertifyResult */

const help = `npm run certify -- [options]

Holds losses, penalties, rules of play, optimisers and derivatives against closed forms and replays in float64, in headless
Chrome, and writes out/certify/CERTIFICATES.md and certificates.json. Fails if one of them fails.

  --write   also writes apps/certificates/CERTIFICATES.md, which is kept in the repository
  --help    this text`;

const kept = fileURLToPath(new URL("../apps/certificates/CERTIFICATES.md", import.meta.url));

async function main() {
  const { values } = parseWords({ options: { write: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) return console.log(help);
  const printer = progressPrinter(process.stderr);
  const { isPassed, summary, markdown, json } = /** @type {CertifyResult} */ (
    await runInPage("apps/certificates/page.ts", ["npm run certify"], printer)
  );
  printer.end();
  const folder = join("out", "certify");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "CERTIFICATES.md"), markdown);
  await writeFile(join(folder, "certificates.json"), json);
  if (values.write) await writeFile(kept, markdown);
  console.log(`${summary.join("\n")}\n\n${join(folder, "CERTIFICATES.md")} has all of them.`);
  if (!isPassed) process.exitCode = 1;
}

await runMain(main);
