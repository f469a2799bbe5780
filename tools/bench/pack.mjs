/** The benchmark with all that it needs on a computer without network: Dawn for Node, and the PyTorch script. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assertInstalled, installed, writeBundle } from "./runtimes.mjs";

const torchScript = fileURLToPath(new URL("../../bench/torch/bench.py", import.meta.url));

/** What a packed benchmark runs. */
const config = { only: [], rounds: 5, leastMilliseconds: 200, peers: [], ceiling: true };

const runScript = `#!/bin/sh
# Writes saddlepoint.json, and torch.json where there is PyTorch, into the present folder.
set -e
here=$(cd "$(dirname "$0")" && pwd)
"\${NODE:-node}" "$here/bench.mjs" "$here/webgpu/index.js" '${JSON.stringify(config)}' > saddlepoint.json
if python3 -c 'import torch' 2>/dev/null; then python3 "$here/bench.py" --rounds ${config.rounds} > torch.json; fi
`;

/** The parts of Dawn's package that it needs to run: 20 MB for each platform. */
const platforms = ["linux-x64"];

/** @param {string} folder */
export async function packBench(folder) {
  const dawn = join(installed, "webgpu");
  assertInstalled(dawn, "webgpu");
  await writeBundle(folder, { peers: [] }, console.error);
  const target = join(folder, "webgpu");
  await mkdir(target, { recursive: true });
  const names = ["index.js", "package.json", ...platforms.map((platform) => join("dist", platform))];
  for (const name of names) await cp(join(dawn, name), join(target, name), { recursive: true });
  for (const name of ["debug", "ms"]) {
    await cp(join(installed, name), join(target, "node_modules", name), { recursive: true });
  }
  await cp(torchScript, join(folder, "bench.py"));
  await writeFile(join(folder, "run.sh"), runScript);
}
