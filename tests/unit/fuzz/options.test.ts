import { expect, test } from "vitest";
import { fuzzHelp, parseFuzzOptions } from "../../../tools/fuzz/options.mjs";
import { CommandLineError } from "../../../tools/terminal/command_line_error.mjs";

test("every option of the fuzzer is read, and the help names it", () => {
  const words =
    "--seed 7 --graphs 20 --compile-only 5 --trainers 0 --minutes 3 --derivatives --no-reduce --runtime deno";
  expect(parseFuzzOptions(words.split(" "))).toEqual({
    seed: 7,
    graphs: 20,
    compiled: 5,
    trainers: 0,
    minutes: 3,
    derivatives: true,
    reduce: false,
    runtime: "deno",
    help: false,
  });
  for (const word of words.split(" ").filter((part) => part.startsWith("--"))) expect(fuzzHelp).toContain(word);
});

test.each([["--graphs", "-1"], ["--graphs", "1.5"], ["--minutes", "x"], ["--runtime", "bun"], ["--graph", "1"], ["5"]])(
  "%s %s is refused",
  (...words) => {
    expect(() => parseFuzzOptions(words)).toThrow(CommandLineError);
  },
);
