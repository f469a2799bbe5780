/** The command as the package brings it: nothing else is installed beside it. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { InstalledPackage } from "./install.ts";

const run = promisify(execFile);

export function commandTests(installed: () => InstalledPackage): void {
  const saddlepoint = (...words: string[]) => {
    const { project } = installed();
    return run(process.execPath, [join(project, "node_modules", ".bin", "saddlepoint"), ...words], { cwd: project });
  };

  test("the command trains, and leaves a run that it goes on with", { timeout: 180_000 }, async () => {
    const { stdout } = await saddlepoint("train", "--steps", "30", "--probe-every", "0");
    expect(stdout).toMatch(/Report {2}out\/ring\/report\.html/);
    const folder = join(installed().project, "out", "ring");
    const names = await readdir(folder);
    expect(names).toEqual(
      expect.arrayContaining(["run.json", "checkpoints", "generator.safetensors", "report.html", "summary.json"]),
    );
    expect(JSON.parse(await readFile(join(folder, "summary.json"), "utf8")).completed).toBe(true);
    expect((await saddlepoint("resume", "out/ring")).stdout).toContain("This run is done");
  });

  test("the command tells its version, and what is wrong", async () => {
    const { version } = JSON.parse(
      await readFile(join(installed().project, "node_modules/saddlepoint/package.json"), "utf8"),
    );
    expect((await saddlepoint("--version")).stdout).toBe(`${version}\n`);
    const wrong = await saddlepoint("train", "--loss", "hing").catch((error) => error);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toMatch(/^--loss hing: .* Did you mean "hinge"\?\n$/);
  });

  test("the licences of what is part of the command come with it", async () => {
    const path = join(installed().project, "node_modules/saddlepoint/dist/command/LICENSES.txt");
    const text = await readFile(path, "utf8");
    expect(text).toMatch(/^puppeteer-core [\d.]+: Apache-2\.0$/m);
    for (const [, name, licence] of text.matchAll(/^(\S+) \d[\d.]*: (.*)$/gm)) {
      expect([name, licence]).toEqual([
        name,
        expect.stringMatching(/MIT|ISC|BSD|Apache-2\.0|0BSD|Python-2\.0|BlueOak/),
      ]);
    }
  });
}
