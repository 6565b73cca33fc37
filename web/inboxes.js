/** The demo's two inboxes, drawn the way Discord and Telegram draw them. */
import { age, byId, element, showList } from "./element.js";
import { clock } from "./format.js";
import { discordRuns, telegramRuns } from "./markup.js";

const MARK_ELEMENTS = new Set(["strong", "em", "u", "s", "code", "pre", "time"]);

/** @param {any} inboxes */
export function showInboxes(inboxes) {
  byId("inboxes").hidden = inboxes === null;
  document.body.classList.toggle("has-inboxes", inboxes !== null);
  if (inboxes === null) return;
  byId("discord-none").hidden = inboxes.discord.length > 0;
  byId("telegram-none").hidden = inboxes.telegram.length > 0;
  showList(byId("discord"), inboxes.discord, idOf, discordMessage);
  showList(byId("telegram"), inboxes.telegram, idOf, telegramMessage);
}

/** The input under the local Telegram: what is sent reaches the bot as a user's message. */
export function listenToInput() {
  const form = byId("ask");
  const input = byId("ask-text");
  const trouble = byId("ask-trouble");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!(input instanceof HTMLInputElement) || input.value.trim() === "") return;
    const text = input.value;
    input.value = "";
    send(text).then((problem) => {
      trouble.textContent = problem;
      trouble.hidden = problem === "";
    });
  });
}

/** Sends a text; what went wrong, or nothing. @param {string} text */
async function send(text) {
  try {
    const answer = await fetch("/demo/telegram", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
    });
    return answer.ok ? "" : `Not sent: ${(await answer.json()).detail}`;
  } catch {
    return "Not sent: the daemon does not answer";
  }
}

const idOf = (/** @type {any} */ message) => message.id;

/** @param {any} message @param {boolean} isNew */
function discordMessage(message, isNew) {
  const name = message.username ?? "liqwatch";
  return element(
    "li",
    { class: isNew ? "discord-message new" : "discord-message" },
    element("span", { class: "avatar", "aria-hidden": "true" }, name.slice(0, 1).toUpperCase()),
    element(
      "div",
      { class: "discord-body" },
      element(
        "p",
        { class: "discord-head" },
        element("strong", {}, name),
        element("span", { class: "app" }, "APP"),
        element("span", { class: "dim" }, `${clock(message.at)} UTC`),
        message.isSilent ? element("span", { class: "dim" }, "silent") : null,
      ),
      message.content === "" ? null : paragraph(discordRuns(message.content)),
      ...message.embeds.map((/** @type {any} */ embed) => embedOf(embed)),
      pictureOf(message),
      message.editedAt === null ? null : element("p", { class: "dim small" }, "(edited)"),
    ),
  );
}

/** Width and height keep the list still while it loads. @param {any} message */
function pictureOf({ picture }) {
  if (picture === null) return null;
  const { url, alt, width, height } = picture;
  return element("img", {
    ...{ class: "picture", src: url, alt },
    ...{ width: String(width), height: String(height), loading: "lazy" },
  });
}

/** @param {any} embed */
function embedOf(embed) {
  const made = element(
    "article",
    { class: "embed" },
    embed.title === null ? null : element("h4", {}, ...nodesOf(discordRuns(embed.title))),
    embed.description === null ? null : paragraph(discordRuns(embed.description)),
    fieldsOf(embed.fields),
    footerOf(embed),
  );
  // Set through the style object: the page's policy forbids style attributes.
  if (embed.color !== null) {
    made.style.setProperty("--bar", `#${embed.color.toString(16).padStart(6, "0")}`);
  }
  return made;
}

/** @param {readonly any[]} fields */
function fieldsOf(fields) {
  if (fields.length === 0) return null;
  return element(
    "dl",
    { class: "fields" },
    ...fields.map((field) =>
      element(
        "div",
        { class: field.isInline ? "inline" : "wide" },
        element("dt", {}, ...nodesOf(discordRuns(field.name))),
        element("dd", {}, ...nodesOf(discordRuns(field.value))),
      ),
    ),
  );
}

/** @param {any} embed */
function footerOf(embed) {
  const parts = [embed.footer, embed.timestamp === null ? null : `${clock(embed.timestamp)} UTC`];
  const text = parts.filter((part) => part !== null).join(" • ");
  return text === "" ? null : element("p", { class: "embed-footer" }, text);
}

/** @param {any} message @param {boolean} isNew */
function telegramMessage(message, isNew) {
  return element(
    "li",
    { class: isNew ? "bubble new" : "bubble" },
    element("p", { class: "bubble-name" }, "liqwatch"),
    pictureOf(message),
    paragraph(telegramRuns(message.html)),
    element(
      "p",
      { class: "bubble-time" },
      [message.isSilent ? "silent" : null, message.editedAt === null ? null : "edited"]
        .concat(clock(message.at))
        .filter((part) => part !== null)
        .join(" · "),
    ),
  );
}

/** @param {readonly import("./markup.js").Run[]} runs */
function paragraph(runs) {
  return element("p", { class: "message-text" }, ...nodesOf(runs));
}

/** @param {readonly import("./markup.js").Run[]} runs @returns {(Node | string)[]} */
function nodesOf(runs) {
  return runs.map((run) => (run.at === undefined ? marked(run) : age(run.at)));
}

/** @param {import("./markup.js").Run} run @returns {Node | string} */
function marked(run) {
  return run.marks
    .filter((mark) => MARK_ELEMENTS.has(mark))
    .reduceRight(
      (/** @type {Node | string} */ inner, mark) => element(mark, {}, inner),
      /** @type {Node | string} */ (run.text),
    );
}
