/** Files made from the code. `npm run generate` writes them, this suite holds them to it. */
import { describe, expect, test } from "vitest";
import { configFile } from "../scripts/generated/config-file.ts";
import { jsonSchema } from "../src/config/schema.ts";

describe("generated files are current; npm run generate writes them", () => {
  test("config/liqwatch.yaml shows every key with its default", async () => {
    await expect(configFile()).toMatchFileSnapshot("../config/liqwatch.yaml");
  });

  test("config/liqwatch.schema.json is the schema that the program uses", async () => {
    const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../config/liqwatch.schema.json");
  });
});
