/** How much is worth a message. */
import { PRESETS, type Preset } from "../../config/defaults.ts";
import type { Wizard } from "./wizard.ts";

const MEANINGS: Readonly<Record<Preset, string>> = {
  calm: "half the money is enough, for quiet markets",
  normal: "5 to 20 messages on a usual day, at most 40 in a crash",
  busy: "three times the money is needed, for wild markets",
};

/** Enter, or nobody to ask, is `normal`. */
export async function askPreset({ dialog }: Wizard): Promise<Preset> {
  if (dialog.isUnattended) return "normal";
  dialog.title("5/5 How much is worth a message");
  for (const preset of PRESETS) dialog.say(`${preset.padEnd(8)}${MEANINGS[preset]}`);
  for (;;) {
    const answer = (await dialog.text("Which one? [normal]")) ?? "normal";
    const preset = PRESETS.find((name) => name === answer.toLowerCase());
    if (preset !== undefined) return preset;
    dialog.say(`Please answer ${PRESETS.join(", ")} or Enter.`);
  }
}
