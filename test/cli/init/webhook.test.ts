import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withEnvFile } from "../../../src/config/env-file.ts";
import { loadSettings } from "../../../src/config.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../fakes/webhook-receiver.ts";
import { type LocalServices, startLocalServices, talkWith } from "./local-services.ts";

let local: LocalServices;
let receiver: WebhookReceiver;
beforeEach(async () => {
  local = await startLocalServices();
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  await local.close();
  await receiver.close();
});

const QUIET = ["--yes", "--no-venues"];
const url = () => `http://127.0.0.1:${receiver.port}/canary-path`;

function targets() {
  const file = join(local.folder, "liqwatch.yaml");
  return loadSettings({ file, env: withEnvFile({}, file) }).targets;
}

test("--webhook alone is enough; a secret is made, and no TEST goes to who cannot know it", async () => {
  const { code, said } = await talkWith(
    local,
    [],
    [...QUIET, "--webhook", url(), "--allow-private"],
  );
  expect(code).toBe(0);
  expect(said).toContain("✓ A secret was made for it: ALERT_WEBHOOK_SECRET");
  expect(said).not.toContain("canary");
  expect(receiver.received).toEqual([]);
  const [target, ...others] = targets();
  expect(others).toEqual([]);
  expect(target).toMatchObject({ name: "hook", type: "webhook", url: url(), allowPrivate: true });
  expect(target?.type === "webhook" ? target.secret : "").toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(join(local.folder, "liqwatch.yaml"), "utf8")).not.toContain("canary");
});

test("with both variables in the environment the receiver gets its TEST", async () => {
  const variables = {
    ALERT_WEBHOOK_URL: url(),
    ALERT_WEBHOOK_SECRET: "canary-secret-of-32-signs-0123",
  };
  const env = { ...local.env, ...variables };
  const { code, said } = await talkWith({ ...local, env }, [], [...QUIET, "--allow-private"]);
  expect(code).toBe(0);
  expect(said).toContain("✓ hook: arrived after");
  expect(said).not.toContain("canary");
  expect(receiver.received).toHaveLength(1);
  expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({ label: "TEST", version: 1 });
  expect(targets()).toMatchObject([{ name: "hook", secret: variables.ALERT_WEBHOOK_SECRET }]);
});

test("an address that would be refused later is refused now, and not shown", async () => {
  const { code } = await talkWith(local, [], [...QUIET, "--webhook", url()]);
  expect(code).toContain("(ALERT_WEBHOOK_URL) is wrong, expected an address such as");
  expect(code).toContain("http needs --allow-private");
  expect(code).not.toContain("canary");
});
