(() => {
  // The controls: which stand there, and in which order.
  const controls = [...document.querySelectorAll("details.control")];
  const choose = () => {
    const shown = new Set();
    for (const box of $("outcomes").querySelectorAll(":checked")) shown.add(box.value);
    const framework = $("by-framework").value;
    for (const control of controls) {
      const maps = framework === "" || control.dataset.frameworks.split("|").includes(framework);
      control.hidden = !maps || !shown.has(control.dataset.outcome);
    }
    const rank = [...$("outcomes").querySelectorAll("input")].map((box) => box.value);
    const order = {
      number: () => 0,
      outcome: (control) => rank.indexOf(control.dataset.outcome),
      findings: (control) => -Number(control.dataset.open),
    }[$("control-order").value];
    const sorted = [...controls].sort((a, b) => order(a) - order(b) || controls.indexOf(a) - controls.indexOf(b));
    $("all-controls").append(...sorted);
  };
  $("choose").hidden = false;
  $("choose").addEventListener("change", choose);

  // The findings, packed as columns.
  const SEVERITIES = ["info", "low", "medium", "high", "critical"];
  const ROWS = 100;
  let explorer = null;

  const unpack = async () => {
    const text = atob($("island").textContent);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };

  class Explorer {
    constructor(data) {
      this.data = data;
      this.size = data.check.length;
      this.texts = [];
      this.open = -1;
      // A number is the step from the number before it.
      let before = 0;
      for (let i = 0; i < this.size; i += 1) {
        if (typeof data.id[i] !== "number") continue;
        before += data.id[i];
        data.id[i] = String(before);
      }
      this.fill();
      this.listen();
      const step = () => {
        this.prepare(this.texts.length + 5000);
        if (this.texts.length < this.size) setTimeout(step);
      };
      setTimeout(step);
    }

    // Puts together what the search looks through: in slices after the page is there, or at once.
    prepare(until) {
      const end = Math.min(until, this.size);
      for (let i = this.texts.length; i < end; i += 1) {
        const text = `${this.key(i)}\n${this.data.name[i]}\n${this.message(i)}\n${this.pointers(i).join(" ")}`;
        this.texts.push(text.toLowerCase());
      }
    }

    key(i) {
      const d = this.data;
      const key = `${d.checks[d.check[i]][0]}:${d.kinds[d.kind[i]]}:${d.id[i]}`;
      return i in d.apart ? `${key}:${d.apart[i]}` : key;
    }

    pointers(i) {
      const text = this.data.evidence[i];
      if (text === "") return [];
      return text.split(" ").map((pointer) => `ev:${this.whole(pointer, i)}`);
    }

    // Texts that repeat the name or the id of their object hold a sign instead.
    whole(text, i) {
      if (text.includes("\u0002")) return text.replaceAll("\u0002", () => this.data.name[i]);
      if (text.includes("\u0001")) return text.replaceAll("\u0001", () => this.data.id[i]);
      return text;
    }

    message(i) { return this.whole(this.data.message[i], i); }
    level(i) { return this.data.severity.charCodeAt(i) - 48; }
    accepted(i) { return this.data.accepted[i] === "1"; }
    digits(i) {
      const bytes = atob(this.data.fingerprint.slice(8 * i, 8 * i + 8));
      return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    }

    object(i) { return `${this.data.kinds[this.data.kind[i]].replaceAll("_", " ")} ${this.data.id[i]}`; }

    fill() {
      for (const level of [4, 3, 2, 1, 0]) {
        const box = make("input", { type: "checkbox", defaultChecked: true, value: String(level) });
        $("levels").append(make("label", {}, box, SEVERITIES[level]));
      }
      for (const [number, , title] of this.data.controls) {
        $("by-control").append(make("option", { value: String(number) }, `${number} ${title}`));
      }
      $("pick-change").hidden = this.data.change === null;
      this.data.kinds.forEach((kind, at) => {
        $("by-kind").append(make("option", { value: String(at) }, kind.replaceAll("_", " ")));
      });
    }

    listen() {
      $("filter").addEventListener("submit", (event) => event.preventDefault());
      $("filter").addEventListener("input", () => this.change());
      $("filter").addEventListener("reset", () => setTimeout(() => this.change()));
      $("back").addEventListener("click", () => this.turn(-1));
      $("next").addEventListener("click", () => this.turn(1));
      $("export").addEventListener("click", () => this.save());
      for (const head of document.querySelectorAll("#rows [data-sort]")) {
        head.firstElementChild.addEventListener("click", () => {
          this.down = this.sort === head.dataset.sort ? !this.down : head.dataset.sort === "severity";
          this.sort = head.dataset.sort;
          this.page = 0;
          this.order();
          this.draw();
          this.note();
        });
      }
      document.querySelector("#rows tbody").addEventListener("click", (event) => {
        const button = event.target.closest(".open-row");
        if (button) this.toggle(Number(button.value));
      });
      addEventListener("keydown", (event) => {
        const typing = event.target instanceof Element && event.target.closest("input,select,textarea");
        if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          $("q").focus();
        }
      });
    }

    change() {
      this.page = 0;
      this.open = -1;
      this.select();
      this.note();
    }

    turn(by) {
      this.page += by;
      this.open = -1;
      this.draw();
      this.note();
    }

    // Picks the rows that the form asks for.
    select() {
      const d = this.data;
      const terms = $("q").value.toLowerCase().split(/\s+/).filter((term) => term !== "");
      if (terms.length > 0) this.prepare(this.size);
      const levels = new Set();
      for (const box of $("levels").querySelectorAll(":checked")) levels.add(Number(box.value));
      const control = $("by-control").value;
      const kind = $("by-kind").value;
      const status = $("by-status").value;
      const change = $("by-change").value;
      const of = d.checks.map((check) => control === "" || String(check[1]) === control);
      const rows = new Uint32Array(this.size);
      let count = 0;
      for (let i = 0; i < this.size; i += 1) {
        if (!levels.has(this.level(i)) || !of[d.check[i]]) continue;
        if (kind !== "" && d.kind[i] !== Number(kind)) continue;
        if (status !== "" && (status === "accepted") !== this.accepted(i)) continue;
        if (change !== "" && d.change !== null && d.change[i] !== change) continue;
        const text = this.texts[i];
        let all = true;
        for (const term of terms) if (!text.includes(term)) { all = false; break; }
        if (all) { rows[count] = i; count += 1; }
      }
      this.rows = rows.subarray(0, count);
      this.order();
      this.draw();
    }

    // The rows come in the page's own order: most severe first, then by control and key.
    order() {
      const d = this.data;
      if (this.sort === "severity") {
        if (this.down) this.rows.sort();
        else this.rows.sort((a, b) => this.level(a) - this.level(b) || a - b);
        return;
      }
      const sign = this.down ? -1 : 1;
      const collator = new Intl.Collator("en", { numeric: true });
      if (this.sort === "check") {
        const names = d.checks.map((check) => check[0]);
        const place = new Map([...names].sort(collator.compare).map((name, at) => [name, at]));
        const rank = names.map((name) => place.get(name));
        this.rows.sort((a, b) => sign * (rank[d.check[a]] - rank[d.check[b]]) || a - b);
        return;
      }
      const text = this.sort === "object"
        ? (i) => `${d.kinds[d.kind[i]]} ${d.name[i]} ${d.id[i]}`
        : (i) => this.message(i);
      const texts = new Map();
      for (const i of this.rows) texts.set(i, text(i));
      this.rows.sort((a, b) => {
        const [x, y] = [texts.get(a), texts.get(b)];
        return x === y ? a - b : x < y ? -sign : sign;
      });
    }

    draw() {
      const pages = Math.max(1, Math.ceil(this.rows.length / ROWS));
      this.page = Math.min(Math.max(0, this.page), pages - 1);
      const body = document.createDocumentFragment();
      for (const i of this.rows.subarray(this.page * ROWS, (this.page + 1) * ROWS)) {
        body.append(this.row(i));
        if (i === this.open) body.append(this.detail(i));
      }
      document.querySelector("#rows tbody").replaceChildren(body);
      for (const head of document.querySelectorAll("#rows [data-sort]")) {
        if (head.dataset.sort === this.sort) head.setAttribute("aria-sort", this.down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }
      const all = this.size.toLocaleString("en");
      $("count").textContent = this.rows.length === this.size
        ? `${all} findings`
        : `${this.rows.length.toLocaleString("en")} of ${all} findings`;
      $("page").textContent = `Page ${(this.page + 1).toLocaleString("en")} of ${pages.toLocaleString("en")}`;
      $("back").disabled = this.page === 0;
      $("next").disabled = this.page === pages - 1;
    }

    row(i) {
      const d = this.data;
      const word = SEVERITIES[this.level(i)];
      const first = make("td", {}, make("span", { className: `level ${word}` }, word));
      if (this.accepted(i)) first.append(" ", make("span", { className: "tag" }, "accepted"));
      const check = d.checks[d.check[i]];
      const object = make("td", { className: "wide" });
      if (d.name[i] !== "") object.append(make("span", { className: "name" }, d.name[i]), " ");
      object.append(make("span", { className: "object" }, this.object(i)));
      const button = make("button", {
        type: "button", className: "open-row", value: String(i), "aria-expanded": String(i === this.open),
      }, this.message(i));
      return make("tr", {}, first,
        make("td", {}, make("a", { href: `#${check[0]}`, className: "id" }, check[0])),
        object, make("td", {}, button));
    }

    detail(i) {
      const d = this.data;
      const list = make("dl");
      const say = (name, ...inside) => list.append(make("dt", {}, name), make("dd", {}, ...inside));
      say("Object", d.name[i] === "" ? this.object(i) : `${d.name[i]} (${this.object(i)})`);
      say("Remedy", d.remediations[d.remediation[i]]);
      const pointers = this.pointers(i);
      say("Evidence", make("ul", {}, ...pointers.map((pointer) => {
        const seq = Number.parseInt(pointer.slice(3), 10);
        const at = this.answer(seq);
        const list = at < 0 ? "" : ` ${d.endpoints[d.answerEndpoint[at]]}`;
        return make("li", {}, make("a", { href: `#ev-${seq}`, className: "key" }, pointer), list);
      })));
      if (pointers.length > 0) say("Its bytes", make("code", {}, `${d.command} ${pointers[0]}`));
      if (i in d.members) {
        const [count, keys] = d.members[i];
        const rest = count > keys.length ? [make("li", {}, `and ${count - keys.length} more`)] : [];
        say(`Stands for ${count}`, make("ul", { className: "key" }, ...keys.map((key) => make("li", {}, key)), ...rest));
      }
      say("Key", make("a", { href: `#f-${this.digits(i)}`, className: "key" }, this.key(i)));
      return make("tr", { className: "detail" }, make("td", { colSpan: 4 }, list));
    }

    toggle(i) {
      this.open = this.open === i ? -1 : i;
      this.draw();
      document.querySelector(`#rows .open-row[value="${i}"]`)?.focus({ preventScroll: true });
    }

    answer(seq) {
      const seqs = this.data.answerSeq;
      let [low, high] = [0, seqs.length - 1];
      while (low <= high) {
        const middle = (low + high) >> 1;
        if (seqs[middle] === seq) return middle;
        if (seqs[middle] < seq) low = middle + 1; else high = middle - 1;
      }
      return -1;
    }

    // A finding or an answer that does not stand in the page.
    seek(name) {
      if (/^f-[0-9a-f]{12}$/i.test(name)) {
        const code = btoa(String.fromCharCode(...name.slice(2).match(/../g).map((byte) => Number.parseInt(byte, 16))));
        for (let i = 0; i < this.size; i += 1) {
          if (this.data.fingerprint.startsWith(code, 8 * i)) { this.lead(i); return; }
        }
      }
      if (/^ev-\d{1,15}$/.test(name)) {
        const at = this.answer(Number(name.slice(3)));
        if (at >= 0) this.cite(at);
      }
    }

    lead(i) {
      this.show(new URLSearchParams());
      this.open = i;
      this.page = Math.floor(this.rows.indexOf(i) / ROWS);
      this.draw();
      const button = document.querySelector(`#rows .open-row[value="${i}"]`);
      button.closest("tr").classList.add("found");
      button.scrollIntoView({ block: "center" });
      button.focus({ preventScroll: true });
    }

    cite(at) {
      const d = this.data;
      const number = (value) => make("td", { className: "num" }, value.toLocaleString("en"));
      const row = make("tr", { id: `ev-${d.answerSeq[at]}`, className: "found" },
        make("th", { scope: "row" }, `ev:${d.answerSeq[at]}`),
        make("td", {}, d.endpoints[d.answerEndpoint[at]], make("span", { className: "facts" }, d.answerCall[at])),
        number(d.answerPage[at]), number(d.answerRecords[at]), number(d.answerBytes[at]),
        make("td", { className: "hash" }, d.answerTime[at], make("span", { className: "facts" }, d.answerSha256[at])),
        number(d.answerFindings[at]));
      document.querySelector("#answers tbody").append(row);
      reveal(row);
    }

    // What is shown, in the address: a link to it shows the same.
    note() {
      clearTimeout(this.noting);
      this.noting = setTimeout(() => history.replaceState(null, "", this.address()), 150);
    }

    address() {
      const state = new URLSearchParams();
      const put = (name, value, usual) => { if (value !== usual) state.set(name, value); };
      put("q", $("q").value, "");
      const off = [...$("levels").querySelectorAll("input:not(:checked)")];
      put("without", off.map((box) => SEVERITIES[Number(box.value)]).join(","), "");
      put("control", $("by-control").value, "");
      put("object", $("by-kind").selectedIndex > 0 ? this.data.kinds[Number($("by-kind").value)] : "", "");
      put("status", $("by-status").value, "");
      put("change", $("by-change").value, "");
      put("sort", `${this.down ? "-" : ""}${this.sort}`, "-severity");
      put("page", String(this.page + 1), "1");
      return `#findings?${state}`;
    }

    restore() {
      const hash = location.hash;
      const shared = hash.startsWith("#findings?");
      this.show(new URLSearchParams(shared ? hash.slice(10) : ""));
      if (shared) $("findings").scrollIntoView();
    }

    show(state) {
      const get = (name) => state.get(name) ?? "";
      const pick = (select, value) => {
        select.value = value;
        if (select.selectedIndex < 0) select.selectedIndex = 0;
      };
      $("q").value = get("q");
      const off = new Set(get("without").split(","));
      for (const box of $("levels").querySelectorAll("input")) box.checked = !off.has(SEVERITIES[Number(box.value)]);
      pick($("by-control"), get("control"));
      pick($("by-kind"), String(this.data.kinds.indexOf(get("object"))));
      pick($("by-status"), get("status"));
      pick($("by-change"), get("change"));
      const sort = get("sort").replace(/^-/, "");
      const known = ["severity", "check", "object", "message"].includes(sort);
      this.sort = known ? sort : "severity";
      this.down = known ? get("sort").startsWith("-") : true;
      this.page = Math.max(0, (Number.parseInt(get("page"), 10) || 1) - 1);
      this.open = -1;
      this.select();
    }

    // The rows that are picked, as findings.csv has them; a spreadsheet runs none of its cells.
    save() {
      const d = this.data;
      const guard = (text) => (/^ *[=+\-@\t\r\n\0＝＋－＠]/.test(text) ? `'${text}` : text);
      const cell = (text) => {
        const safe = guard(String(text));
        return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
      };
      const lines = ["key,check,control,control_id,severity,status,resource_type,resource_id,resource_name,message,remediation,evidence,fingerprint_12"];
      for (const i of this.rows) {
        const [check, control, id] = d.checks[d.check[i]];
        lines.push([
          this.key(i), check, control, id, SEVERITIES[this.level(i)], this.accepted(i) ? "accepted" : "open",
          d.kinds[d.kind[i]], d.id[i], d.name[i], this.message(i), d.remediations[d.remediation[i]],
          this.pointers(i).join(" "), this.digits(i),
        ].map(cell).join(","));
      }
      const file = new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" });
      const link = make("a", { href: URL.createObjectURL(file), download: "findings.csv" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      said(`${this.rows.length} findings saved`);
    }
  }

  addEventListener("hashchange", () => {
    if (location.hash.startsWith("#findings?")) explorer?.restore();
  });
  elsewhere = (name) => explorer?.seek(name);

  const begin = async () => {
    try {
      explorer = new Explorer(await unpack());
    } catch {
      // The sentence that stands there without a script says where the findings are.
      return;
    }
    $("plain").hidden = true;
    $("explorer").hidden = false;
    explorer.restore();
    follow();
    root.dataset.ready = String(Math.round(performance.now()));
  };
  delete root.dataset.ready;
  begin();
})();
