// A message as other platforms show it, drawn from what they would be sent.

import { get } from "./api.js";
import { el, say, text } from "./dom.js";
import { drawSlack } from "./slack.js";
import { drawTeams } from "./teams.js";

const draws = { Slack: drawSlack, Teams: drawTeams };

// drawn is the drawing of a payload, nothing where we cannot draw for them.
export function drawn(name, payload) { return draws[name]?.(payload) ?? null; }

export async function openLook(as, ref) {
  const back = document.activeElement;
  const looks = await get("/api/look", { as, ref });
  const dialog = el("dialog", { class: "dialog look", "aria-label": say("look") },
    el("header", {}, el("h2", { text: say("look") }), el("button", { type: "button", class: "button small", text: say("look_close"), onclick: () => dialog.close() })),
    el("p", { class: "field-hint", text: say("look_note") }),
    el("div", { class: "looks" }, looks.map((x) => el("section", { "aria-label": x.name },
      el("h3", { text: x.name }),
      x.error ? text(x.error, "p") : drawn(x.name, x.payload),
      el("details", {}, el("summary", { text: say("look_payload") }), el("pre", { tabindex: "0", text: JSON.stringify(x.payload, null, 2) }))))));
  dialog.addEventListener("close", () => { dialog.remove(); if (back?.isConnected) back.focus(); });
  document.body.append(dialog);
  dialog.showModal();
}
