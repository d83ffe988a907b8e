"use strict";

const $ = (id) => document.getElementById(id);
const number = (value, digits = 2) => Number(value).toFixed(digits);
let card = null;

/** An element with text: what comes from a file or a model is never taken for HTML. */
function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

async function json(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error || "HTTP status " + response.status);
  return body;
}

async function start() {
  const models = await json("v1/models");
  const asked = new URLSearchParams(location.search);
  for (const model of models) $("model").append(new Option(model.name + ", version " + model.version, model.name));
  if (models.length === 0) {
    $("status").textContent = "No model is served yet.";
    return;
  }
  if (models.some((model) => model.name === asked.get("model"))) $("model").value = asked.get("model");
  await chooseModel();
  if (asked.has("sample") && !$("sample").hidden) await sample();
}

async function chooseModel() {
  card = await json("v2/models/" + encodeURIComponent($("model").value));
  $("sample").hidden = !card.bundle.selfTest;
  const facts = [["Version", card.versions.join(", ")], ["Finds", card.bundle.tasks.join(", ")]];
  const input = card.bundle.input;
  facts.push(["Input", `${input.width} × ${input.height} pixels, ${/^square$/i.test(input.geometry) ? "the whole image" : "the centre of the image"}`]);
  for (const field of ["architecture", "labelPolicy"]) {
    if (card.bundle[field]) facts.push([field === "architecture" ? "Network" : "Uncertain labels", card.bundle[field]]);
  }
  const rounding = card.bundle.rounding;
  if (rounding) {
    facts.push(["Computed in", `${rounding.precision}; probabilities differ by up to ${rounding.largestDifference.toFixed(3)} from float32's`]);
  }
  for (const [task, metrics] of Object.entries(card.bundle.metrics || {})) {
    for (const [metric, figure] of Object.entries(metrics)) facts.push([`${task}, ${metric.toUpperCase()} in the test`, interval(figure)]);
  }
  for (const rolling of await labelled($("model").value)) {
    const cases = `${rolling.positives} with it, ${rolling.negatives} without`;
    facts.push([`${rolling.task}, by later labels`, (rolling.auroc ? "AUROC " + interval(rolling.auroc) + "; " : "") + cases]);
  }
  facts.push(["Limits", "Tested on images like those it was trained on. On other machines, positions or patients it may be wrong without a sign of it."]);
  facts.push(["Bundle", card.digest]);
  $("facts").replaceChildren(...facts.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

/** Labels that came for the model's answers; none where feedback is not configured. */
async function labelled(model) {
  const response = await fetch("v1/models/" + encodeURIComponent(model) + "/feedback");
  return response.ok ? response.json() : [];
}

function interval(figure) {
  const range = figure.lower == null ? "" : ` (${number(figure.lower)} to ${number(figure.upper)})`;
  return number(figure.value) + range;
}

async function sample() {
  const bytes = Uint8Array.from(atob(card.bundle.selfTest.image), (c) => c.charCodeAt(0));
  await predict(new File([bytes], "test picture.png"));
}

async function predict(file) {
  $("status").textContent = "Asking the model about " + file.name + " …";
  try {
    const form = new FormData();
    form.append("image", file);
    const path = "v1/models/" + encodeURIComponent($("model").value) + "/predict?heatmaps=";
    const layered = card.outputs.some((output) => output.name === "heatmaps");
    show(await json(path + (layered ? "layers" : "false"), { method: "POST", body: form }));
    $("status").textContent = file.name + ": answered.";
  } catch (e) {
    $("status").textContent = e.message;
  }
}

function show(answer) {
  const image = answer.image;
  $("picture").hidden = !image.view;
  if (image.view) $("view").src = image.view;
  const rows = answer.findings.map((finding) => {
    const row = document.createElement("tr");
    const choose = element("button", finding.task);
    choose.type = "button";
    choose.addEventListener("click", () => select(row, finding));
    const probability = element("td", number(finding.probability) + (finding.positive ? " found" : ""), finding.positive ? "positive" : "");
    const meter = document.createElement("meter");
    Object.assign(meter, { min: 0, max: 1, high: finding.threshold, value: finding.probability });
    meter.setAttribute("aria-label", finding.task + ": " + number(finding.probability));
    probability.append(meter);
    const name = document.createElement("td");
    name.append(choose);
    row.append(name, probability, element("td", number(finding.threshold)), element("td", finding.auroc ? interval(finding.auroc) : "–"));
    return row;
  });
  $("findings").querySelector("tbody").replaceChildren(...rows);
  $("findings").hidden = false;
  $("warnings").replaceChildren(...[...image.warnings, ...answer.warnings].map((text) => element("li", text)));
  $("provenance").textContent = `Model ${answer.model}, version ${answer.version}; answer ${answer.provenance.id}`;
  const strongest = answer.findings.reduce((best, f, i) => (f.probability > answer.findings[best].probability ? i : best), 0);
  select(rows[strongest], answer.findings[strongest]);
}

function select(row, finding) {
  for (const other of row.parentElement.children) other.setAttribute("aria-selected", String(other === row));
  $("heat").hidden = !finding.heatmap;
  if (finding.heatmap) {
    $("heat").src = finding.heatmap;
    $("heat").alt = "Where the network sees evidence for " + finding.task;
  }
}

function adjust() {
  $("heat").style.opacity = $("opacity").value / 100;
  $("view").style.filter = `brightness(${$("brightness").value}%) contrast(${$("contrast").value}%)`;
  for (const id of ["view", "heat"]) $(id).style.width = $("zoom").value + "%";
}

for (const id of ["opacity", "brightness", "contrast", "zoom"]) $(id).addEventListener("input", adjust);
for (const event of ["dragover", "dragleave", "drop"]) {
  $("drop").addEventListener(event, (e) => {
    e.preventDefault();
    $("drop").classList.toggle("over", event === "dragover");
    if (event === "drop" && e.dataTransfer.files.length > 0) predict(e.dataTransfer.files[0]);
  });
}
$("file").addEventListener("change", () => $("file").files.length > 0 && predict($("file").files[0]));
$("sample").addEventListener("click", sample);
const failed = (e) => { $("status").textContent = e.message; };
$("model").addEventListener("change", () => chooseModel().catch(failed));
adjust();
start().catch(failed);
