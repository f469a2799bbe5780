/** `npm start`: `saddlepoint train` of this repository. `npm start -- --help` lists its options. */
import process from "node:process";
import { train } from "./command/train.mjs";
import { loadChoices } from "./start/choices.mjs";
import { swallowedByNpm } from "./start/options.mjs";
import { CommandLineError } from "./terminal/command_line_error.mjs";
import { runMain } from "./terminal/main.mjs";

await runMain(
  async () => {
    const swallowed = swallowedByNpm(process.env, await loadChoices());
    if (swallowed) throw new CommandLineError(swallowed);
    return train(process.argv.slice(2), "npm start --", "npm run saddlepoint -- resume");
  },
  { ownsSignals: true },
);
