"use strict";
// Draws the figures of each view as its selectors say.
(function () {
  const data = JSON.parse(document.getElementById("data-json").textContent);
  const NARROW = 560;
  // Widths of figures on a page of A4 or Letter, alone and two beside each other.
  const ON_PAPER = [660, 320];
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let printing = false;

  // Ink, grounds and lines of the figures, and what they are on a dark page. Colours that mean something stay.
  const IN_THE_DARK = {
    "#1a1a1a": "#eef1f4", "#1f2933": "#e4e7eb", "#59636e": "#a3b1bf", "#9aa5b1": "#7b8794", "#e4e7eb": "#323f4b",
    "#d7d7d7": "#3a4552", "white": "#1b222b", "#1a237e": "#c5caf9",
  };

  // A darker shade, which theory has on its series, becomes a lighter one.
  function lighter(shade) {
    const parts = shade.match(/\d+/g).map((part) => part / 0.55);
    return `rgb(${parts.map((part) => Math.round(part + (255 - part) * 0.6)).join(",")})`;
  }

  function darkened(value) {
    if (typeof value === "string") return IN_THE_DARK[value] || (/^rgb\(/.test(value) ? lighter(value) : value);
    if (Array.isArray(value)) return value.map(darkened);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, darkened(inner)]));
  }

  // What lies on a map keeps its ink: the map's colours are light on any page.
  function coloured(figure) {
    if (printing || !dark.matches) return figure;
    const map = figure.data.some((trace) => trace.type === "heatmap");
    const kept = map ? { plot_bgcolor: "#3a4552", shapes: figure.layout.shapes } : {};
    const data = structuredClone(figure.data);
    data.filter((trace) => trace.colorbar).forEach((trace) => { trace.colorbar = darkened(trace.colorbar); });
    return { data: map ? data : darkened(data), layout: { ...darkened(figure.layout), ...kept } };
  }

  // On a narrow screen the legend goes below the figure, one name a line, and the figure grows by it.
  function layoutOf(figure, width) {
    const layout = structuredClone(figure.layout);
    layout.autosize = !printing;
    if (printing) layout.width = width;
    // Maps have their legend there already.
    if (width < NARROW && !layout.legend) {
      const names = figure.data.filter((trace) => trace.showlegend !== false && trace.name).map((trace) => trace.name);
      const lines = names.concat((layout.shapes || []).map((shape) => shape.name || "")).join("<br>").split("<br>").length;
      const room = names.length ? 30 + 22 * lines : 0;
      const plot = layout.height - layout.margin.t - layout.margin.b;
      layout.legend = { orientation: "v", x: -0.25, y: -72 / plot, yanchor: "top" };
      layout.margin.b += room;
      layout.height += room;
    }
    return layout;
  }

  // The letters on the button that saves a drawing, in Plotly's own grid of a thousand.
  const SVG_ICON = {
    width: 1000, height: 1000,
    path: "M60 300h230v90h-140v70h140v240h-230v-90h140v-60h-140zM340 300h95l65 260 65-260h95l-115 400h-90zM940 300v90h-140v220h60v-70h-40v-80h120v240h-230v-400z",
  };

  function config(title) {
    const filename = [data.name, title].filter(Boolean).join("_");
    const svg = {
      name: "toSvg",
      title: "Save as an SVG drawing",
      icon: SVG_ICON,
      click: (plot) => Plotly.downloadImage(plot, { format: "svg", filename }),
    };
    return {
      displaylogo: false,
      displayModeBar: true,
      modeBarButtons: [["toImage", svg]],
      responsive: true,
      toImageButtonOptions: { format: "png", scale: 2, filename },
    };
  }

  function panelElement(panel) {
    const element = document.createElement("figure");
    if (panel.title) {
      const caption = document.createElement("figcaption");
      caption.textContent = panel.title;
      element.appendChild(caption);
    }
    const plot = document.createElement("div");
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", panel.alt);
    element.appendChild(plot);
    return element;
  }

  const widthOf = (plot, panels) => (printing ? ON_PAPER[panels.length > 1 ? 1 : 0] : plot.clientWidth);

  function draw(view) {
    const choice = Array.from(view.querySelectorAll("select"), (select) => select.value).join("-");
    const panels = data.views[view.dataset.view][choice];
    const holder = view.querySelector(".panels");
    holder.querySelectorAll("[role=img]").forEach((plot) => Plotly.purge(plot));
    // All in place before the first is drawn, or it would take the width of the whole row.
    const elements = panels.map(panelElement);
    holder.replaceChildren(...elements);
    holder.classList.toggle("several", panels.length > 1);
    panels.forEach(function (panel, index) {
      const plot = elements[index].querySelector("[role=img]");
      // Plotly keeps what it is given: a copy lets a choice be drawn again.
      const figure = structuredClone(coloured(panel.figure));
      Plotly.newPlot(plot, figure.data, layoutOf(figure, widthOf(plot, panels)), config(panel.title));
    });
  }

  // What a cell is ordered by: the number that it begins with, percentages and thousands too, or else its text.
  function keyOf(row, column) {
    const text = row.cells[column].textContent.trim();
    const number = text.replace(/^[◆\s]+/, "").match(/^[+−-]?[\d,]*\.?\d+(?:e[+-]?\d+)?/i);
    if (!number) return /^[−–-]?$/.test(text) ? null : text;
    return Number(number[0].replace(/,/g, "").replace("−", "-"));
  }

  // What is missing stands last, whichever way a table is ordered.
  function compare(a, b, way) {
    if (a === null || b === null) return (a === null) - (b === null);
    const apart = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return way * apart;
  }

  function sortable(table) {
    const headings = Array.from(table.tHead.rows[0].cells);
    const body = table.tBodies[0];
    const first = Array.from(body.rows);
    if (first.length < 2) return;
    headings.forEach(function (heading, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.appendChild(button);
      button.addEventListener("click", function () {
        // Up, down, and then as it was, with its marks of what is left out.
        const now = heading.getAttribute("aria-sort");
        const next = now === "ascending" ? "descending" : now === "descending" ? null : "ascending";
        headings.forEach((each) => each.removeAttribute("aria-sort"));
        let rows = first;
        if (next) {
          heading.setAttribute("aria-sort", next);
          const way = next === "ascending" ? 1 : -1;
          rows = first.filter((row) => !row.classList.contains("break"));
          const keys = new Map(rows.map((row) => [row, keyOf(row, column)]));
          rows.sort((a, b) => compare(keys.get(a), keys.get(b), way));
        }
        body.replaceChildren(...rows);
      });
    });
  }
  document.querySelectorAll("table.sortable").forEach(sortable);

  // Paper cannot be unfolded.
  const folded = [];
  window.addEventListener("beforeprint", function () {
    folded.push(...document.querySelectorAll("details:not([open])"));
    folded.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.splice(0).forEach((details) => { details.open = false; });
  });

  const views = document.querySelectorAll(".view");
  const redraw = () => views.forEach(draw);
  views.forEach((view) => view.addEventListener("change", () => draw(view)));
  dark.addEventListener("change", redraw);
  // Paper is white, and has a width of its own.
  window.addEventListener("beforeprint", () => { printing = true; redraw(); });
  window.addEventListener("afterprint", () => { printing = false; redraw(); });
  redraw();
})();
