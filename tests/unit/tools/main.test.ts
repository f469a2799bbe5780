/** How programs end: exit codes, signals, folders that can't be used, and what is left of a browser. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outFolder } from "../../../tools/run/out_folder.mjs";
import { CommandLineError } from "../../../tools/terminal/command_line_error.mjs";
import { descendants, start, stillRunning } from "./started.ts";

const tool = (name: string) => JSON.stringify(fileURLToPath(new URL(`../../../tools/${name}`, import.meta.url)));

/** A program of its own, from its text. */
const program = (text: string) =>
  start(["--input-type=module", "-e", `import { onSignals, runMain } from ${tool("terminal/main.mjs")};\n${text}`]);

describe("a program", () => {
  test.each([
    ["return 0", 0],
    ["return 3", 3],
    ["process.exitCode = 1", 1],
    ["return undefined", 0],
    ["throw new Error('broken')", 1],
    [`throw new (await import(${tool("terminal/command_line_error.mjs")})).CommandLineError('wrong')`, 2],
  ])("that does %s ends with %i", async (text, code) => {
    expect(await program(`await runMain(async () => { ${text}; });`).ended).toBe(code);
  });

  test.each([
    ["Error", "a \\u{1b}[2J\nb\n"],
    ["CommandLineError", "a \\u{1b}[2J\\u{a}b\n"],
  ])("lets no name in an %s reach the terminal as it is", async (kind, said) => {
    const error =
      kind === "Error" ? "Error" : `(await import(${tool("terminal/command_line_error.mjs")})).CommandLineError`;
    const run = program(`await runMain(async () => { throw new (${error})("a \\u001b[2J\\nb"); });`);
    await run.ended;
    expect(run.said()).toBe(said);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGQUIT", 131],
  ] as const)("that %s ends has the exit code %i", async (signal, code) => {
    const run = program("await runMain(async () => { setInterval(() => {}, 1000); console.log('ready'); });");
    await run.says(/ready/);
    run.process.kill(signal);
    expect(await run.ended).toBe(code);
  });

  test("that has signals to itself hears of the first, and of those after it, but not of one press twice", async () => {
    const run = program(`
      onSignals({ first: (s) => console.log("first", s), again: (s) => { console.log("again", s); process.exit(7); } });
      await runMain(async () => { setInterval(() => {}, 1000); console.log("ready"); }, { ownsSignals: true });`);
    await run.says(/ready/);
    run.process.kill("SIGINT");
    await run.says(/first SIGINT/);
    run.process.kill("SIGINT");
    await new Promise((done) => setTimeout(done, 700));
    expect(run.said()).not.toContain("again");
    run.process.kill("SIGTERM");
    expect(await run.ended).toBe(7);
    expect(run.said()).toMatch(/again SIGTERM/);
  });

  test("hears of a SIGTERM that npm gave to the shell between them alone", async () => {
    const inner = `
      import { onSignals } from ${tool("terminal/main.mjs")};
      onSignals({ first: (s) => { console.log("first", s); process.exit(); }, again: () => {} });
      setTimeout(() => {}, 20_000);
      console.log("ready");`;
    const words = JSON.stringify(["--input-type=module", "-e", inner]);
    const run = start([
      "-e",
      `require("node:child_process").spawn(process.execPath, ${words}, { stdio: "inherit",
        env: { ...process.env, npm_lifecycle_event: "start" } })`,
    ]);
    await run.says(/ready/);
    run.process.kill("SIGTERM");
    await run.says(/first SIGTERM/);
  });

  test("goes on where nobody reads what it says", async () => {
    const run = program(`await runMain(async () => {
      process.stdout.write("ready\\n");
      for (let i = 0; i < 20; i++) { console.log(i); console.error(i); await new Promise((d) => setTimeout(d, 20)); }
      return 5;
    });`);
    await run.says(/ready/);
    run.process.stdout?.destroy();
    run.process.stderr?.destroy();
    expect(await run.ended).toBe(5);
  });
});

describe("the folder of a report", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
    await writeFile(join(folder, "file"), "");
    await mkdir(join(folder, "there"));
    await symlink("loop", join(folder, "loop"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(["there", "new", "new/deeper/still"])("%s can be used", async (name) => {
    expect(await outFolder(join(folder, name), true)).toBe(join(folder, name));
    expect(await readdir(join(folder, name))).not.toContainEqual(expect.stringContaining("saddlepoint"));
  });

  test.each([
    ["file", /there is a file in the way; give another one\.$/],
    ["file/below", /there is a file in the way/],
    ["file/below/deeper", /there is a file in the way/],
    ["loop/below", /its links lead in a circle|there is a file in the way|no folder can be made there/],
    ["x".repeat(300), /the name is too long/],
  ])("%s is an option's error", async (name, says) => {
    await expect(outFolder(join(folder, name), true)).rejects.toThrow(CommandLineError);
    await expect(outFolder(join(folder, name), true)).rejects.toThrow(says);
  });

  test("one where nobody may write is an option's error", async () => {
    await expect(outFolder("/proc/saddlepoint", true)).rejects.toThrow(/^--out \/proc\/saddlepoint: this folder/);
    await expect(outFolder("/proc/ring", false)).rejects.toThrow(/^The folder \/proc\/ring .* with --out\.$/);
  });

  test("is tried before there is a browser", async () => {
    const run = start(["tools/start.mjs", "--out", join(folder, "file", "below")]);
    expect(await run.ended).toBe(2);
    expect(run.said()).toMatch(/^--out .*: this folder can't hold the report: there is a file in the way/);
    expect(run.said()).not.toContain("Chrome");
  });
});

describe("a browser", () => {
  const launch = `
    const { launchBrowser } = await import(${tool("browser/browser.mjs")});
    await runMain(async () => { await launchBrowser({ closeOnSignal: false }); console.log("ready"); });`;

  test.each(["SIGKILL", "SIGTERM"] as const)("ends with the program that started it: %s", async (signal) => {
    const run = program(launch);
    await run.says(/ready/);
    const browser = descendants(run.process.pid as number);
    expect(browser.length).toBeGreaterThan(1);
    run.process.kill(signal);
    await run.ended;
    expect(await stillRunning(browser, 10_000)).toEqual([]);
  });
});
