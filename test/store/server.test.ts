import { afterAll, beforeAll, describe } from "vitest";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openServer } from "../../src/store/postgres/server.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { withPostgres } from "../real/postgres.ts";
import { contextContract } from "./context-contract.ts";
import { storeContract } from "./contract.ts";
import { deliveryContract } from "./delivery-contract.ts";
import { listsContract } from "./lists-contract.ts";
import { thresholdsContract } from "./thresholds-contract.ts";

const postgres = await withPostgres();

if (postgres !== null) {
  describe("Postgres server", () => {
    let database: Database;

    beforeAll(async () => {
      const url = await postgres.newDatabase();
      database = openServer({ url, runtime: nodeRuntime, onAbsent() {}, onPresent() {} });
      await migrate(database);
    });

    afterAll(() => database.close());

    storeContract(() => database);
    deliveryContract(() => database);
    listsContract(() => database);
    thresholdsContract(() => database);
    contextContract(() => database);
  });
}
