import { expect, inject, test } from "vitest";

test("a file that is not in the data folder is answered with 404", async () => {
  expect((await fetch("/saddlepoint-data/no-such-file")).status).toBe(404);
  expect((await fetch("/saddlepoint-data/..%2Fpackage.json")).status).toBe(404);
});

test("the flag for the data folder is a boolean", () => {
  expect(inject("hasDataFolder")).toBeTypeOf("boolean");
});
