// Makes the report's page easier to use; all that it says is there without it. It sets text as text only and asks nobody for anything.
"use strict";
(() => {
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const button = (text, action) => {
    const made = make("button", { type: "button", textContent: text });
    made.addEventListener("click", () => action(made));
    return made;
  };

  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // Not everything behind a # is encoded: then it is the name as it stands.
    }
  };

  // Light and dark: as the system says, until the reader chooses.
  const root = document.documentElement;
  const remembered = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("reusebench-theme", value);
      return localStorage.getItem("reusebench-theme");
    } catch {
      return null; // A page from a file may have no storage.
    }
  };
  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();
  const theme = button("", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remembered(root.dataset.theme);
    nameTheme();
  });
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; theme.title = `Switch to ${theme.textContent.toLowerCase()} colours`; };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
  nameTheme();

  // Details: all at once, for printing, and where a link leads into one.
  const folds = [...document.querySelectorAll("details")];
  const unfold = button("Open all details", (self) => {
    const open = folds.some((f) => !f.open);
    folds.forEach((f) => { f.open = open; });
    self.textContent = open ? "Close all details" : "Open all details";
  });
  let closed = [];
  addEventListener("beforeprint", () => { closed = folds.filter((f) => !f.open); closed.forEach((f) => { f.open = true; }); });
  addEventListener("afterprint", () => closed.forEach((f) => { f.open = false; }));
  const showTarget = () => {
    const target = document.getElementById(decoded(location.hash.slice(1)));
    const hidden = folds.filter((f) => !f.open && target && f.contains(target));
    hidden.forEach((f) => { f.open = true; });
    if (hidden.length > 0) target.scrollIntoView();
  };
  addEventListener("hashchange", showTarget);
  showTarget();
  document.querySelector("header").prepend(make("div", { className: "tools" }, ...(folds.length > 0 ? [unfold] : []), theme));

  // A click on the mark beside a heading goes there and copies the link.
  const status = make("span", { className: "copied", role: "status" });
  for (const anchor of document.querySelectorAll("a.anchor")) {
    anchor.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(anchor.href);
        status.textContent = " link copied";
        anchor.after(status);
        setTimeout(() => { status.textContent = ""; }, 2000);
      } catch {
        // Without the right to copy the address bar has the link.
      }
    });
  }

  // Tables: sorted by a click on a head (up, down, as written), filtered by words.
  const collator = new Intl.Collator("en", { numeric: true });
  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const written = [...body.rows];
    heads.forEach((head, column) => {
      const byNumber = head.classList.contains("number") || "byNumber" in head.dataset;
      const key = (row) => {
        const cell = row.cells[column];
        return byNumber ? parseFloat(cell?.dataset.sort ?? cell?.textContent) : cell?.textContent ?? "";
      };
      const compare = (a, b, sign) => {
        if (!byNumber) return sign * collator.compare(a, b);
        if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b); // What has no value stands last.
        return sign * (a - b);
      };
      const sorter = make("button", { type: "button" }, ...head.childNodes);
      sorter.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")] ?? "ascending";
        heads.forEach((h) => h.setAttribute("aria-sort", h === head ? next : "none"));
        const sign = next === "descending" ? -1 : 1;
        body.append(...(next === "none" ? written : [...written].sort((a, b) => compare(key(a), key(b), sign))));
      });
      head.setAttribute("aria-sort", "none");
      head.append(sorter);
    });
  };
  const filterable = (table, box) => {
    const rows = [...table.tBodies[0].rows];
    const input = make("input", { type: "search" });
    const count = make("span", { role: "status" });
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach((row) => { row.hidden = !words.every((w) => row.textContent.toLowerCase().includes(w)); });
      count.textContent = words.length > 0 ? ` ${rows.filter((r) => !r.hidden).length} of ${rows.length} rows` : "";
    });
    box.before(make("label", { className: "filter" }, "Filter ", input, count));
  };
  for (const table of document.querySelectorAll(".wide > table")) {
    const rows = table.tBodies[0]?.rows.length ?? 0;
    if (rows > 1) sortable(table);
    if (rows > 10) filterable(table, table.parentElement);
  }

  // Charts: the value under the pointer, one series alone, the values as a table.
  const near = 45; // px
  for (const figure of document.querySelectorAll("figure[data-points]")) {
    const { series, points, colors } = JSON.parse(figure.dataset.points);
    const sheet = figure.querySelector(".sheet");
    const picture = sheet.querySelector("img");
    const whole = picture.src;
    const tip = make("div", { className: "tip", hidden: true, role: "status" });
    const ringAt = (point) => {
      const ring = make("span", { className: "ring" });
      ring.style.left = `${100 * point[2]}%`;
      ring.style.top = `${100 * point[3]}%`;
      return ring;
    };
    const pointed = ringAt([0, "", 0, 0, ""]);
    pointed.hidden = true;
    sheet.append(pointed, tip);

    let alone = null;
    const hide = () => { tip.hidden = pointed.hidden = true; };
    const show = (event) => {
      const box = sheet.getBoundingClientRect();
      const distance = (p) => Math.hypot(box.left + p[2] * box.width - event.clientX, box.top + p[3] * box.height - event.clientY);
      const candidates = points.filter((p) => alone === null || p[0] === alone);
      const best = candidates.reduce((a, b) => (a && distance(a) <= distance(b) ? a : b), null);
      if (!best || distance(best) > near) return hide();
      // Marks that cover each other are named together.
      const here = candidates.filter((p) => Math.hypot((p[2] - best[2]) * box.width, (p[3] - best[3]) * box.height) < 5).slice(0, 6);
      tip.textContent = here.map((p) => `${series[p[0]]}, ${p[1]}: ${p[4]}`).join("\n");
      tip.style.left = best[2] > 0.6 ? "auto" : `calc(${100 * best[2]}% + 12px)`;
      tip.style.right = best[2] > 0.6 ? `calc(${100 - 100 * best[2]}% + 12px)` : "auto";
      tip.style.top = best[3] > 0.8 ? "auto" : `calc(${100 * best[3]}% + 12px)`;
      tip.style.bottom = best[3] > 0.8 ? `calc(${100 - 100 * best[3]}% + 12px)` : "auto";
      pointed.style.left = `${100 * best[2]}%`;
      pointed.style.top = `${100 * best[3]}%`;
      tip.hidden = pointed.hidden = false;
    };
    sheet.addEventListener("pointermove", show);
    sheet.addEventListener("pointerdown", show);
    sheet.addEventListener("pointerleave", hide);
    addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

    const controls = make("div", { className: "series", role: "group" });
    controls.setAttribute("aria-label", "Values of the chart");
    let rings = [];
    // One series alone: what is drawn in the colours of the others is taken out of the picture; axes and places stay. What has a colour in common with
    // the series stays too, and is pale: then the rings tell.
    const long = (color) => color.toLowerCase().replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
    const isGrey = (color) => {
      const parts = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
      return Math.max(...parts) - Math.min(...parts) < 24;
    };
    const without = (others) => {
      const comma = whole.indexOf(",") + 1;
      const svg = new DOMParser().parseFromString(decoded(whole.slice(comma)), "image/svg+xml");
      for (const mark of svg.querySelectorAll("[fill], [stroke]")) {
        if (["fill", "stroke"].some((a) => others.has(long(mark.getAttribute(a) ?? "")))) mark.remove();
      }
      return whole.slice(0, comma) + encodeURIComponent(new XMLSerializer().serializeToString(svg));
    };
    const draw = () => {
      const own = new Set(alone === null ? [] : colors[alone]);
      const others = new Set(alone === null ? [] : colors.flat().filter((c) => !own.has(c) && !isGrey(c)));
      picture.src = others.size > 0 ? without(others) : whole;
      const isShared = alone !== null && colors.some((c, i) => i !== alone && (c.length === 0 || c.some((x) => own.has(x))));
      sheet.classList.toggle("alone", isShared);
    };
    addEventListener("beforeprint", () => { picture.src = whole; });
    addEventListener("afterprint", draw);
    const choices = series.length < 2 ? [] : series.map((name, index) => button(name, () => {
      alone = alone === index ? null : index;
      hide();
      rings.forEach((r) => r.remove());
      rings = alone === null ? [] : points.filter((p) => p[0] === alone).map(ringAt);
      sheet.append(...rings);
      draw();
      choices.forEach((c, i) => c.setAttribute("aria-pressed", String(i === alone)));
    }));
    choices.forEach((c) => { c.setAttribute("aria-pressed", "false"); c.title = "Show this series alone; the axes stay"; });
    let values = null;
    const asTable = button("Values as a table", (self) => {
      if (values === null) {
        const cells = (kind, texts) => texts.map((t) => make(kind, { textContent: t }));
        const table = make("table", {}, make("thead", {}, make("tr", {}, ...cells("th", ["Series", "At", "Value"]))),
          make("tbody", {}, ...points.map((p) => make("tr", {}, ...cells("td", [series[p[0]], p[1], p[4]])))));
        for (const head of table.tHead.rows[0].cells) head.scope = "col";
        table.tHead.rows[0].cells[2].dataset.byNumber = "";
        points.forEach((p, i) => { table.tBodies[0].rows[i].cells[2].dataset.sort = p[5] ?? ""; });
        const box = make("div", { className: "wide", tabIndex: 0 }, table);
        values = make("div", { className: "values", hidden: true }, box);
        figure.append(values);
        sortable(table);
        if (points.length > 10) filterable(table, box);
      }
      values.hidden = !values.hidden;
      self.setAttribute("aria-expanded", String(!values.hidden));
    });
    asTable.setAttribute("aria-expanded", "false");
    controls.append(...choices, asTable);
    sheet.parentElement.after(controls);
  }
})();
