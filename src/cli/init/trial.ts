/** TEST messages to the targets that were just set up, as `test-alert` sends them. */
import { LiqError } from "../../errors.ts";
import { createLog } from "../../log-pino.ts";
import type { TargetSettings } from "../../notifiers/notifier.ts";
import { sendTest, type TestResult } from "../../test-message.ts";
import type { Wizard } from "./wizard.ts";

/** What stands in Telegram's and Discord's refusals, and what it means for whoever sets it up. */
const ADVICE: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/chat not found/i, "Is the bot in that chat? In a private chat press Start first."],
  [/not a member|kicked|blocked/i, "Add the bot to that chat (again)."],
  [/not enough rights|need administrator/i, "The bot must be allowed to write there."],
  [/thread not found/i, "That topic does not exist (any more)."],
];

/**
 * Every result, the last of each target.
 * @throws LiqError `LIQ_SOCKET` when nobody is there to decide and one did not arrive
 */
export async function sendTests(
  targets: readonly TargetSettings[],
  wizard: Wizard,
  write: (text: string) => void,
): Promise<readonly TestResult[]> {
  const { dialog, runtime } = wizard;
  const log = createLog({ level: "warn", isTty: true, write });
  const names = targets.map(({ name }) => name).join(" and ");
  const isAsked = targets.some(({ type }) => type !== "console");
  dialog.title("3/5 TEST message");
  if (!isAsked)
    dialog.say("Without Discord and Telegram alerts are written to the terminal, like this:");
  const question = `Send a TEST message to ${names} now?`;
  const yes = { enter: true, unattended: true };
  if (isAsked && !(await dialog.confirm(question, yes))) return [];
  const results = new Map<string, TestResult>();
  for (let left = targets; left.length > 0; ) {
    const sent = await Promise.all(left.map((one) => sendTest(one, { runtime, log, write })));
    wizard.signal.throwIfAborted();
    for (const result of sent) {
      results.set(result.target, result);
      dialog.say(...wordsOf(result));
    }
    left = targets.filter(({ name }) => !hasArrived(results.get(name)));
    if (left.length === 0) break;
    if (dialog.isUnattended) throw notArrived(sent);
    if (!(await dialog.confirm("Try again?", { enter: true, unattended: false }))) {
      dialog.say("Then later: liqwatch test-alert");
      break;
    }
  }
  return [...results.values()];
}

function hasArrived(result: TestResult | undefined): boolean {
  return result?.attempt.outcome === "delivered";
}

function wordsOf({ target, attempt, latencyMs }: TestResult): readonly string[] {
  if (attempt.outcome === "delivered") return [`✓ ${target}: arrived after ${latencyMs} ms`];
  const advice = ADVICE.find(([pattern]) => pattern.test(attempt.detail))?.[1];
  const refused = `✗ ${target}: did not arrive, ${attempt.detail}`;
  return advice === undefined ? [refused] : [refused, `  ${advice}`];
}

function notArrived(sent: readonly TestResult[]): LiqError {
  const [text = ""] = sent.filter((result) => !hasArrived(result)).map((one) => wordsOf(one)[0]);
  return new LiqError("LIQ_SOCKET", `Nothing was written: TEST to ${text.replace("✗ ", "")}`);
}
