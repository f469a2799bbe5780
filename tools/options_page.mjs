/** `npm run options-page`: writes docs/options.md. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadChoices } from "./start/choices.mjs";
import { optionsPage } from "./start/options_page.mjs";

await writeFile(fileURLToPath(new URL("../docs/options.md", import.meta.url)), optionsPage(await loadChoices()));
