/** The report of a run, served while it grows. */
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { toText } from "../../../../apps/job/wire.ts";
import { view, viewSpec } from "../../../../tools/command/view.mjs";
import { type Started, start } from "../started.ts";
import { expectHelp, expectMistake, generatorFile, madeRun, toldUntil } from "./made_run.ts";

let program: Started | undefined;
afterEach(() => void program?.process.kill("SIGKILL"));

async function served(...words: string[]): Promise<string> {
  program = start(["tools/saddlepoint.mjs", "view", ...words]);
  await program.says(/Ctrl-C/);
  return /http:\/\/[\d.:]+/.exec(program.said())?.[0] ?? "";
}

test("the help fits, and has every option", () => expectHelp(view, Object.keys(viewSpec.options)));

test("a run that was killed has its report and files, and a new one when more was told", async () => {
  const told = toldUntil(300);
  const run = await madeRun(told.slice(0, -1), await generatorFile());
  await mkdir(join(run, "checkpoints"));
  await writeFile(join(run, "checkpoints", "<b>.bin"), "1");
  await writeFile(join(run, ".lock"), "999999999");
  const url = await served(run);
  const text = async (path: string) => (await fetch(url + path)).text();
  expect(await text("/")).toContain("It broke off. Here is what was reported until then: 200 of 400 steps.");
  const list = await text("/files");
  expect(list).toContain('<a href="/telemetry.csv">telemetry.csv</a>');
  expect(list).toContain('<a href="/checkpoints/%3Cb%3E.bin">checkpoints/&lt;b>.bin</a>');
  expect(list).not.toContain(".lock");
  expect((await text("/telemetry.csv")).trim().split("\r\n")).toHaveLength(201);
  expect(await text("/checkpoints/%3Cb%3E.bin")).toBe("1");
  expect((await fetch(`${url}/nothing`)).status).toBe(404);

  // Its own script runs.
  const response = await fetch(url);
  const [script] = /'sha256-[^']+'/.exec(await response.text()) ?? [];
  expect(response.headers.get("content-security-policy")).toContain(`script-src 'self' ${script}`);
  expect(response.headers.get("content-type")).toMatch(/^text\/html/);

  await writeFile(join(run, ".lock"), String(process.pid));
  await appendFile(join(run, "log.jsonl"), `${toText(told.at(-1))}\n`);
  expect(await text("/")).toContain("It trains still. Here is what was reported until then: 300 of 400 steps.");

  program?.process.kill("SIGINT");
  expect(await program?.ended).toBe(130);
});

test("a run that has told nothing yet says so; one that is done has no ending", async () => {
  const run = await madeRun([]);
  const url = await served(run);
  expect(await (await fetch(url)).text()).toContain("told nothing yet");
  await writeFile(
    join(run, "log.jsonl"),
    toldUntil(400)
      .map((entry) => `${toText(entry)}\n`)
      .join(""),
  );
  const report = await (await fetch(url)).text();
  expect(report).toContain("400");
  expect(report).not.toContain("until then");
});

test("a mistake is a sentence", async () => {
  await expectMistake(view, ["nowhere"], /there is no run here/);
  await expectMistake(view, ["a", "--port", "http"], /--port http: give a whole number from 0 to 65535/);
  const run = await madeRun([]);
  const url = await served(run);
  const taken = new URL(url).port;
  await expectMistake(view, [run, "--port", taken], /another program listens there/);
});
