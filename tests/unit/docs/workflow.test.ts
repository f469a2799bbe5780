/** The workflow of a public forge runs what `.ci/run` runs, and may do no more than read. */
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./pages.ts";

interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes": number;
  readonly steps: readonly { readonly uses?: string; readonly with?: object; readonly run?: string }[];
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** The parser that Puppeteer's reader of settings brings. */
const ofPuppeteer = createRequire(createRequire(import.meta.url).resolve("puppeteer"));
const yaml: { load(text: string): unknown } = createRequire(ofPuppeteer.resolve("cosmiconfig"))("js-yaml");

const folder = join(repository, ".github", "workflows");

test.each(readdirSync(folder))("%s", (name) => {
  const workflow = yaml.load(readFileSync(join(folder, name), "utf8")) as Workflow;
  expect(workflow.permissions).toEqual({ contents: "read" });
  for (const job of Object.values(workflow.jobs)) {
    expect(job["timeout-minutes"]).toBeGreaterThan(0);
    for (const { uses } of job.steps) if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
  }
  const steps = workflow.jobs["checks"]?.steps ?? [];
  expect(steps.map(({ uses, run }) => run ?? uses?.split("@")[0])).toEqual([
    "actions/checkout",
    "actions/setup-node",
    ".ci/run",
  ]);
  accessSync(join(repository, ".ci", "run"), constants.X_OK);
  const { engines } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  expect(engines.node).toBe(">=20.19.0");
  expect(steps[1]?.with).toMatchObject({ "node-version": 20 });
});
