/** The group of buttons that save what a live page has: the run, the generator, the samples, and a program that trains the same. */
import { writeNpz } from "saddlepoint/files";
import { asOnnx } from "../../../job/generator/exported.ts";
import { element } from "../element.ts";
import type { LiveRun } from "../live_parts.ts";
import { startCopying } from "./copy_code.ts";
import { csvOf, handOver } from "./hand_over.ts";
import { startRunDrop } from "./run_drop.ts";
import type { Saving } from "./saving.ts";

/** Samples with the latent vectors that they were made of. */
export interface GivenSamples {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly latents: Float32Array;
  /** As a PNG file. */
  picture(): Promise<Blob | Uint8Array<ArrayBuffer>>;
}

export interface SaveGroup<Setup extends object, Run extends LiveRun> {
  readonly parts: {
    readonly saving: { readonly page: string };
    samples(run: Run): GivenSamples;
    program(setup: Setup, run: Run): string;
  };
  readonly saving: Saving<Setup, Run>;
  readonly setup: Setup;
  readonly run: Run | undefined;
  /** Does something with the training that there is, between two stretches of it. */
  inTurn(task: (run: Run) => Promise<void>): Promise<void>;
}

/** What a button gives. */
interface Given {
  readonly name: string;
  readonly type: string;
  readonly content: BlobPart;
}

/** A `Blob` takes bytes that nobody shares. */
const partOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

const binary = "application/octet-stream";

/** @returns the buttons that need a training */
export function startSaveGroup<Setup extends object, Run extends LiveRun>(
  group: SaveGroup<Setup, Run>,
): readonly HTMLButtonElement[] {
  const { parts, saving, inTurn } = group;
  const { page } = parts.saving;

  const files: Readonly<Record<string, (run: Run, at: string) => Promise<Given>>> = {
    "save-run": async (run, at) => ({
      name: `${page}-run-${at}.safetensors`,
      type: binary,
      content: await saving.fileOf(run),
    }),
    "save-generator": async ({ trainer }, at) => ({
      name: `${page}-generator-${at}.safetensors`,
      type: binary,
      content: await trainer.saveGenerator(),
    }),
    "save-onnx": async ({ trainer }, at) => ({
      name: `${page}-generator-${at}.onnx`,
      type: binary,
      content: partOf((await asOnnx(await trainer.saveGenerator(), "NHWC")).bytes),
    }),
    "save-samples": async (run, at) => ({
      name: `${page}-samples-${at}.png`,
      type: "image/png",
      content: await parts.samples(run).picture(),
    }),
    "save-npz": async (run, at) => {
      const { values, shape, latents } = parts.samples(run);
      const [count = 1] = shape;
      const arrays = {
        samples: { shape, values },
        latents: { shape: [count, latents.length / count], values: latents },
      };
      return { name: `${page}-samples-${at}.npz`, type: binary, content: writeNpz(arrays) };
    },
    "save-csv": async (run, at) => ({
      name: `${page}-samples-${at}.csv`,
      type: "text/csv",
      content: csvOf(["x", "y"], parts.samples(run).values),
    }),
  };

  const buttons = Object.entries(files).flatMap(([id, make]) => {
    const button = document.getElementById(id);
    // Images are no table.
    if (!(button instanceof HTMLButtonElement)) return [];
    button.onclick = () =>
      void inTurn(async (run) => {
        await saving.told(async () => {
          const { name, type, content } = await make(run, `step-${run.trainer.step}`);
          handOver(name, content, type);
        });
      });
    return [button];
  });
  const copy = startCopying(() => group.run && parts.program(group.setup, group.run));

  const input = element<HTMLInputElement>("open-run-file");
  element("open-run").onclick = () => input.click();
  input.onchange = () => {
    const [file] = input.files ?? [];
    // The same file can be chosen again.
    input.value = "";
    if (file) void saving.openFile(file);
  };
  startRunDrop((file) => void saving.openFile(file));
  return [...buttons, copy];
}
