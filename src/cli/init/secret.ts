/** A secret that is asked for, looked at, and tried out at its service before it is taken. */
import { LiqError } from "../../errors.ts";
import { masked } from "./dialog.ts";
import type { Wizard } from "./wizard.ts";

/** What a service says about a secret. Reasons hold no secrets. */
export type Checked<Facts> =
  | { readonly type: "right"; readonly facts: Facts }
  /** It will not become right by trying again. */
  | { readonly type: "wrong"; readonly reason: string }
  | { readonly type: "unreachable"; readonly reason: string };

export interface SecretQuestion<Facts> {
  /** What it is called: `Webhook URL`. */
  readonly name: string;
  readonly service: string;
  /** Where it will be kept. */
  readonly variable: string;
  /** From a flag; then nobody is asked. */
  readonly given: string | null;
  hasShape(text: string): boolean;
  /** What it looks like, for one that does not. */
  readonly shape: string;
  check(secret: string): Promise<Checked<Facts>>;
}

export interface Answered<Facts> {
  readonly secret: string;
  readonly facts: Facts;
}

/**
 * null = the service is not wanted.
 * @throws LiqError for one from a flag: `LIQ_CONFIG` when it is wrong, `LIQ_SOCKET` when the service
 * cannot be asked
 */
export async function askSecret<Facts>(
  question: SecretQuestion<Facts>,
  wizard: Wizard,
): Promise<Answered<Facts> | null> {
  const { dialog } = wizard;
  const kept = known(question, wizard);
  if (question.given !== null || dialog.isUnattended) {
    const secret = question.given ?? kept;
    return secret === null ? null : checkGiven(unwrapped(secret), question);
  }
  const without = `Enter = without ${question.service}`;
  const keep = kept === null ? without : `Enter = keep the one that ends with ${masked(kept)}`;
  for (;;) {
    const typed = await dialog.text(`${question.name} (not shown; ${keep})`, { isSecret: true });
    const secret = typed === null ? kept : unwrapped(typed);
    if (secret === null) return null;
    const checked = await checkTyped(secret, question, wizard);
    if (checked.type === "right") return { secret, facts: checked.facts };
    dialog.say(`✗ ${checked.reason}`);
  }
}

/** One that is kept already, if it can be one. */
function known(question: SecretQuestion<unknown>, { known: variables }: Wizard): string | null {
  const text = variables[question.variable]?.trim() ?? "";
  return text !== "" && question.hasShape(text) ? text : null;
}

/** People copy quotes and angle brackets along. */
function unwrapped(text: string): string {
  return text.trim().replace(/^[<"'`]+|[>"'`]+$/g, "");
}

async function checkGiven<Facts>(secret: string, question: SecretQuestion<Facts>) {
  const { name, service, variable } = question;
  const what = `${name} that ends with ${masked(secret)} (${variable})`;
  if (!question.hasShape(secret)) {
    throw new LiqError("LIQ_CONFIG", `${what} is not like ${question.shape}`);
  }
  const checked = await question.check(secret);
  if (checked.type === "right") return { secret, facts: checked.facts };
  if (checked.type === "wrong") throw new LiqError("LIQ_CONFIG", `${what}: ${checked.reason}`);
  throw new LiqError("LIQ_SOCKET", `${service} cannot be asked: ${checked.reason}`);
}

async function checkTyped<Facts>(
  secret: string,
  question: SecretQuestion<Facts>,
  { dialog }: Wizard,
): Promise<Checked<Facts>> {
  if (!question.hasShape(secret)) {
    return { type: "wrong", reason: `That does not look like ${question.shape}` };
  }
  for (;;) {
    const checked = await question.check(secret);
    if (checked.type !== "unreachable") return checked;
    dialog.say(`✗ ${question.service} cannot be asked: ${checked.reason}`);
    const again = { enter: true, unattended: false };
    if (!(await dialog.confirm("Try the same again?", again))) {
      return { type: "wrong", reason: "Then give another one, or Ctrl-C to stop" };
    }
  }
}
