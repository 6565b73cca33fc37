import { describe, expect, test } from "vitest";
import { SILENT_LOG } from "../src/log.ts";
import { nodeRuntime } from "../src/runtime-node.ts";
import { Shutdown } from "../src/shutdown.ts";

const never = () => new Promise<void>(() => undefined);

describe("stopping", () => {
  test("what was started last is stopped first, one after the other", async () => {
    const shutdown = new Shutdown(nodeRuntime, SILENT_LOG);
    const steps: string[] = [];
    for (const name of ["store", "feeds", "page"]) {
      shutdown.add(name, async () => {
        steps.push(`${name} begins`);
        await Promise.resolve();
        steps.push(`${name} ends`);
      });
    }
    expect(await shutdown.run()).toEqual({ failed: [], unfinished: [] });
    expect(steps).toEqual([
      "page begins",
      "page ends",
      "feeds begins",
      "feeds ends",
      "store begins",
      "store ends",
    ]);
  });

  test("a part that fails is named and does not stop the others", async () => {
    const shutdown = new Shutdown(nodeRuntime, SILENT_LOG);
    let isClosed = false;
    shutdown.add("store", () => {
      isClosed = true;
    });
    shutdown.add("feeds", () => {
      throw new Error("socket");
    });
    shutdown.add("page", async () => {
      throw new Error("port");
    });
    expect(await shutdown.run()).toEqual({ failed: ["page", "feeds"], unfinished: [] });
    expect(isClosed).toBe(true);
  });

  test("a part that hangs is given up at the bound, with those behind it", async () => {
    const shutdown = new Shutdown(nodeRuntime, SILENT_LOG);
    shutdown.add("store", never);
    shutdown.add("queue", never);
    shutdown.add("page", () => undefined);
    expect(await shutdown.run(20)).toEqual({ failed: [], unfinished: ["queue", "store"] });
  });

  test("stopping twice runs every cleanup once; what is added meanwhile is stopped, too", async () => {
    const shutdown = new Shutdown(nodeRuntime, SILENT_LOG);
    const stopped: string[] = [];
    shutdown.add("first", () => {
      stopped.push("first");
      shutdown.add("late", () => {
        stopped.push("late");
      });
    });
    const [one, two] = await Promise.all([shutdown.run(), shutdown.run()]);
    expect(one).toBe(two);
    expect(stopped).toEqual(["first", "late"]);
  });
});
