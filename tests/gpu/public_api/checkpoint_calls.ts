/** The calls of checkpoints that are kept: of the entry `saddlepoint/checkpoints`. */
import type { gan } from "saddlepoint";
import {
  bestCheckpoint,
  keepCheckpoints,
  latestCheckpoint,
  memoryStore,
  readCheckpoint,
  withWeights,
  writeCheckpoint,
} from "../../../src/public/extras/checkpoints.ts";
import { smallGame } from "../fixtures.ts";
import { argument, type Call, options } from "./spec.ts";

export async function checkpointCalls(trainer: gan.Trainer): Promise<Call[]> {
  const [snapshot, file] = [await trainer.snapshot(), await trainer.save()];
  const generator = { network: smallGame.generator, parameters: (await trainer.parameters()).generator };
  const store = memoryStore();
  const kept = await keepCheckpoints(trainer, { store: memoryStore("kept"), everySeconds: 0 });
  return [
    { name: "writeCheckpoint", call: writeCheckpoint, arguments: [argument("object", snapshot)] },
    { name: "readCheckpoint", call: readCheckpoint, arguments: [argument("bytes", file)] },
    {
      name: "withWeights",
      call: withWeights,
      arguments: [argument("object", snapshot), argument("map", { generator })],
    },
    {
      name: "keepCheckpoints",
      call: async (...given: readonly never[]) => {
        const made = await keepCheckpoints(...(given as unknown as Parameters<typeof keepCheckpoints>));
        await made.stop();
      },
      arguments: [
        argument("object", trainer),
        options({
          store: argument("object", store),
          run: argument("text?", "run"),
          everySeconds: argument("positive?", 60),
          keep: argument("count?", 2),
          best: options({ keep: argument("count?", 3), higherIsBetter: argument("flag?", true) }),
          onWarning: argument("callback?", () => undefined),
        }),
      ],
    },
    {
      name: "checkpoints.save",
      call: kept.save,
      arguments: [options({ score: argument("operand?", 0.5) })],
    },
    {
      name: "latestCheckpoint",
      call: latestCheckpoint,
      arguments: [argument("object", store), argument("text?", "run")],
    },
    { name: "bestCheckpoint", call: bestCheckpoint, arguments: [argument("object", store), argument("text?", "run")] },
    { name: "memoryStore", call: memoryStore, arguments: [argument("text?", "memory")] },
  ];
}
