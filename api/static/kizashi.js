// What every page does where scripts run; without them every page works as well.
"use strict";

// The reader's time zone, so that the server writes times by his clock.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`tz=${zone}`)) {
  document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`;
}

// Charts: the picture is there first. Who points at one gets it live, with values under the pointer.
const bundle = () =>
  (bundle.loading ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = document.querySelector("[data-charts]").dataset.charts;
    script.onload = loaded;
    script.onerror = failed;
    document.head.append(script);
  }));

async function enliven(holder) {
  if (holder.dataset.state) return;
  holder.dataset.state = "loading";
  try {
    const [spec] = await Promise.all([
      fetch(holder.dataset.spec).then((answer) => (answer.ok ? answer.json() : Promise.reject())),
      bundle(),
    ]);
    const live = document.createElement("div");
    live.className = "live";
    await window.vegaEmbed(live, spec, {
      ast: true, renderer: "svg", actions: false, defaultStyle: false,
      tooltip: { disableDefaultStyle: true, theme: "custom" },
    });
    holder.append(live);
    holder.dataset.state = "live";
  } catch {
    holder.dataset.state = "still"; // the picture stays
  }
}

// A link to a marker of the chart needs the picture back, which has an address for each marker.
function leadToMarker() {
  const target = document.getElementById(location.hash.slice(1));
  const holder = target?.closest("[data-spec]");
  if (holder) holder.dataset.state = "still";
  const folded = target?.closest("details:not([open])");
  if (folded) {
    folded.open = true; // most browsers do so themselves
    target.scrollIntoView();
  }
}

function attend(root) {
  for (const holder of root.querySelectorAll("[data-spec]")) {
    for (const event of ["pointerenter", "touchstart"]) {
      holder.addEventListener(event, () => enliven(holder), { once: true, passive: true });
    }
  }
}

// A form that was left half empty gives an address without its empty fields.
document.addEventListener("htmx:config:request", ({ detail: { ctx: { request } } }) => {
  if (request.method !== "GET" || !(request.body instanceof FormData)) return;
  for (const [name, given] of [...request.body]) if (given === "") request.body.delete(name);
});

// Paper cannot be unfolded: what is folded is open while it is printed.
window.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) {
    folded.open = true;
    folded.dataset.folded = "";
  }
});
window.addEventListener("afterprint", () => {
  for (const opened of document.querySelectorAll("details[data-folded]")) {
    opened.open = false;
    delete opened.dataset.folded;
  }
});

window.addEventListener("hashchange", leadToMarker);
document.addEventListener("htmx:after:swap", (event) => attend(event.target ?? document));
attend(document);
