// The two tabs: the conversation, and the person's own view that the bot draws.

import { eventID } from "./api.js";
import { drawCard } from "./card.js";
import { el, say } from "./dom.js";

export class Home {
  constructor(parts) {
    Object.assign(this, parts, { open: false });
    const [first, second] = this.tabs.children;
    first.addEventListener("click", () => this.leave());
    second.addEventListener("click", () => this.enter());
    this.tabs.addEventListener("keydown", (e) => {
      if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
      if (this.open) this.leave(); else this.enter();
      this.tabs.children[this.open ? 1 : 0].focus();
    });
  }

  reset() {
    this.card.replaceChildren();
    if (this.open) this.load();
  }

  enter() { this.turn(true); this.load(); }

  leave() { this.turn(false); }

  turn(open) {
    this.open = open;
    this.home.hidden = !open;
    this.messages.hidden = open;
    [...this.tabs.children].forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(open === (i === 1)));
      tab.tabIndex = open === (i === 1) ? 0 : -1;
    });
  }

  async load() {
    this.card.setAttribute("aria-busy", "true");
    const answer = await this.ask({ id: eventID() });
    this.card.removeAttribute("aria-busy");
    this.card.replaceChildren(answer.home
      ? drawCard(answer.home, (command, button) => this.press(command, button, ""))
      : el("div", { class: "empty" }, el("p", { text: answer.error || say("home_empty") })));
  }
}
