/** What docs/adding.md says. */
import { dirname } from "node:path";
import { codeOf, pageOf, tableUnder } from "../../../unit/docs/pages.ts";
import type { Recipe } from "./recipes.ts";

export interface Row {
  readonly kind: string;
  /** Folders of new files, files, and commands. */
  readonly touches: readonly string[];
  readonly tests: readonly string[];
}

export const rows: readonly Row[] = tableUnder(pageOf("docs/adding.md").text, ["adding", "touches", "is held by"]).map(
  ([kind = "", touches = "", tests = ""]) => ({ kind, touches: codeOf(touches).toSorted(), tests: codeOf(tests) }),
);

export const testsOf = ({ kind }: Recipe): readonly string[] => rows.find((row) => row.kind === kind)?.tests ?? [];

/** A recipe in the words of the page. */
export const inWords = ({ kind, touches, generates = {} }: Recipe): Omit<Row, "tests"> => ({
  kind,
  touches: [
    ...Object.entries(touches).map(([path, edit]) => (typeof edit === "string" ? dirname(path) : path)),
    ...Object.keys(generates).map((script) => `npm run ${script}`),
  ].toSorted(),
});
