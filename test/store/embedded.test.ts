import { afterAll, beforeAll, describe } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { type EmbeddedDatabase, openEmbedded } from "../../src/store/postgres/embedded.ts";
import { contextContract } from "./context-contract.ts";
import { storeContract } from "./contract.ts";
import { deliveryContract } from "./delivery-contract.ts";
import { listsContract } from "./lists-contract.ts";
import { thresholdsContract } from "./thresholds-contract.ts";

describe("embedded database", () => {
  let database: EmbeddedDatabase;

  beforeAll(async () => {
    database = await openEmbedded({ dataDir: null, snapshot: null }, async (fresh) => {
      await migrate(fresh);
    });
  });

  afterAll(() => database.close());

  storeContract(() => database);
  deliveryContract(() => database);
  listsContract(() => database);
  thresholdsContract(() => database);
  contextContract(() => database);
});
