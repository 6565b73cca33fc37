/** Files made from the code. `npm run generate` writes them, this suite holds them to it. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { configFile } from "../scripts/generated/config-file.ts";
import * as http from "../scripts/generated/http.ts";
import * as reference from "../scripts/generated/reference.ts";
import { withSection } from "../scripts/generated/sections.ts";
import { jsonSchema } from "../src/config/schema.ts";
import { webhookJsonSchema } from "../src/notifiers/webhook-schema.ts";

describe("generated files are current; npm run generate writes them", () => {
  test("config/liqwatch.yaml shows every key with its default", async () => {
    await expect(configFile()).toMatchFileSnapshot("../config/liqwatch.yaml");
  });

  test("config/liqwatch.schema.json is the schema that the program uses", async () => {
    const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../config/liqwatch.schema.json");
  });

  test("docs/webhook.schema.json is what webhooks receive", async () => {
    const text = `${JSON.stringify(webhookJsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../docs/webhook.schema.json");
  });

  test.each([
    ["README.md", { venues: reference.venueTable, commands: reference.commandTable }],
    ["docs/configuration.md", { settings: reference.settingsTable }],
    ["docs/commands.md", { commands: reference.commandList }],
    ["docs/bots.md", { "bot commands": reference.botCommandTable }],
    ["docs/venues.md", { venues: reference.venueSections }],
    ["docs/errors.md", { errors: reference.errorTable }],
    [
      "docs/http.md",
      { routes: http.routeTable, parameters: http.parameterTable, metrics: http.metricTable },
    ],
  ])("the generated parts of %s are what the code says", async (path, parts) => {
    let text = readFileSync(path, "utf8");
    for (const [name, make] of Object.entries(parts)) text = withSection(text, name, make());
    await expect(text).toMatchFileSnapshot(`../${path}`);
  });
});
