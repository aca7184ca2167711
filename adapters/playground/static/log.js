// The conversation: keeps what arrived, draws it, follows its end.

import { drawCard } from "./card.js";
import { botAvatar, el, say, text } from "./dom.js";
import { menuButton } from "./menu.js";

const kept = 500; // as many as the server keeps of one conversation
const together = 5 * 60 * 1000; // messages this near share one head

export class Log {
  constructor(parts) {
    Object.assign(this, parts, { talks: new Map(), place: "", loaded: false });
    this.below.addEventListener("click", () => this.toEnd());
    this.box.addEventListener("scroll", () => { if (this.atEnd()) this.below.hidden = true; });
  }

  begin(clock, me) {
    Object.assign(this, { clock, me });
    this.clear();
  }

  clear() {
    this.talks.clear();
    this.loaded = false;
    this.redraw();
  }

  show(place, empty) {
    Object.assign(this, { place, empty });
    this.redraw();
  }

  put(messages) {
    // Behind a message that is shown from its beginning one is not at the end.
    const follow = this.atEnd() || messages.some((m) => m.mine && m.in === this.place && !this.talks.get(m.in)?.has(m.ref));
    let came = 0;
    for (const m of messages) {
      if (!this.talks.has(m.in)) this.talks.set(m.in, new Map());
      const talk = this.talks.get(m.in);
      const before = talk.get(m.ref);
      talk.set(m.ref, m);
      if (talk.size > kept) talk.delete(talk.keys().next().value);
      if (!this.loaded || m.in !== this.place) continue;
      if (before) this.swap(m); else { this.add(m); came++; }
    }
    if (!this.loaded) { this.loaded = true; this.redraw(); return; }
    if (came === 0) return;
    this.speak(messages.filter((m) => m.in === this.place && !m.mine));
    if (follow) this.toEnd(); else this.below.hidden = false;
    this.seen(this.place);
  }

  redraw() {
    this.last = null;
    const talk = this.talks.get(this.place);
    this.list.replaceChildren();
    if (!talk?.size) {
      if (this.loaded) this.list.append(el("div", { class: "empty" }, botAvatar(), el("p", { text: this.empty })));
      return;
    }
    for (const m of talk.values()) this.add(m, false);
    this.toEnd();
    this.seen(this.place);
  }

  add(m, arriving = true) {
    if (!this.last) this.list.replaceChildren();
    const day = this.clock.day(m.at);
    if (!this.last || this.clock.day(this.last.at) !== day) {
      this.list.append(el("div", { class: "day", role: "separator", "aria-label": day }, el("span", { text: day })));
      this.last = null;
    }
    const node = this.draw(m, this.joins(m));
    if (arriving) node.classList.add("arriving");
    this.list.append(node);
    this.last = m;
  }

  joins(m) {
    return this.last && !this.last.mine && !m.mine && new Date(m.at) - new Date(this.last.at) < together;
  }

  // swap draws a changed message in its place and keeps the reader there.
  swap(m) {
    const old = this.list.querySelector(`[data-ref="${CSS.escape(m.ref)}"]`);
    if (!old) return;
    const held = old.contains(document.activeElement);
    const node = this.draw(m, old.classList.contains("joined"));
    node.classList.add("changed");
    old.replaceWith(node);
    if (held) node.focus({ preventScroll: true });
    this.speak([m]);
  }

  draw(m, joined) {
    if (m.mine) {
      return el("article", { class: "message mine", data: { ref: m.ref }, "aria-label": say("you") },
        this.menu(m), text(m.line ?? "", "p", { class: "bubble" }));
    }
    const head = el("header", {}, joined ? null : el("strong", { text: say("bot") }),
      joined && !m.private ? null : el("time", { datetime: m.at, text: this.clock.time(m.at) }),
      m.private ? el("span", { class: "private", text: say("only_you") }) : null, this.menu(m));
    return el("article", { class: `message${joined ? " joined" : ""}`, data: { ref: m.ref }, tabindex: "-1", "aria-label": m.card?.summary || say("bot") },
      joined ? el("span", { class: "avatar-space" }) : botAvatar(),
      el("div", { class: "message-body" }, head, this.content(m)));
  }

  // menu is what can be done with any message, whoever wrote it.
  menu(m) {
    const entries = [{ label: say("report_message"), run: () => this.report(m.ref) }];
    if (this.look && m.card) entries.push({ label: say("look"), run: () => this.look(m.ref) });
    return menuButton("⋯", say("message_menu"), entries, (entry) => entry.run(), "dots of-message");
  }

  content(m) {
    if (m.file) {
      return el("a", { class: "file", href: m.file.url, download: m.file.name },
        el("span", { class: "file-icon", "aria-hidden": "true", text: "↓" }),
        el("span", {}, text(m.file.name, "span", { class: "file-name" }),
          el("small", { text: `${say("download")} · ${size(m.file.size)}` })));
    }
    return drawCard(m.card, (command, button) => this.press(command, button, m.ref));
  }

  speak(messages) {
    this.live.replaceChildren(...messages.map((m) => el("p", { text: m.card?.summary || m.file?.name || "" })));
  }

  atEnd() { return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 80; }

  // toEnd shows the newest message, from its beginning where it is a long one.
  toEnd() {
    const newest = this.list.lastElementChild;
    const top = newest ? newest.offsetTop - this.list.offsetTop - 12 : 0;
    this.box.scrollTop = newest && newest.offsetHeight > this.box.clientHeight ? top : this.box.scrollHeight;
    this.below.hidden = true;
  }
}

function size(bytes) { return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`; }
