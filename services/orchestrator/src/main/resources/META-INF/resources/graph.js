// The runs of an experiment as a graph: each column waits for the columns left of it.
import { element, svg } from './elements.js';

const MOST = 40;
const WIDTH = 210;
const HEIGHT = 34;

// Many runs are drawn as groups of a kind, initialisation and mode.
function nodes(runs) {
  const group = (run) => [run.kind.toLowerCase(), run.subject?.initialisation, run.subject?.mode]
    .filter(Boolean).join(' ');
  const key = runs.length > MOST ? group : (run) => run.name;
  const found = new Map();
  const byName = new Map(runs.map((run) => [run.name, run]));
  for (const run of runs) {
    const id = key(run);
    const node = found.get(id) ?? { id, runs: [], after: new Set(), depth: 0 };
    node.runs.push(run);
    for (const name of run.after) {
      const before = key(byName.get(name));
      if (before !== id) node.after.add(before);
    }
    found.set(id, node);
  }
  for (const node of found.values()) {
    node.depth = Math.max(0, ...[...node.after].map((id) => (found.get(id)?.depth ?? -1) + 1));
  }
  return found;
}

function status(node) {
  const all = node.runs.map((run) => run.status);
  return ['FAILED', 'RUNNING', 'REQUESTED', 'CANCELLED', 'WAITING'].find((s) => all.includes(s)) ?? 'DONE';
}

export function graph(experiment, select) {
  const all = nodes(experiment.runs);
  const columns = [];
  for (const node of all.values()) (columns[node.depth] ??= []).push(node);
  columns.forEach((column, x) => column.forEach((node, y) => {
    node.x = 10 + x * (WIDTH + 50);
    node.y = 10 + y * (HEIGHT + 12);
  }));
  const wide = columns.length * (WIDTH + 50);
  const high = Math.max(...columns.map((column) => column.length)) * (HEIGHT + 12) + 10;
  const edges = [...all.values()].flatMap((node) => [...node.after].map((id) => {
    const from = all.get(id);
    const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, node.x, node.y + HEIGHT / 2];
    return svg('path', { class: 'edge', d: `M${x1} ${y1} C${x1 + 25} ${y1} ${x2 - 25} ${y2} ${x2} ${y2}` });
  }));
  const boxes = [...all.values()].map((node) => {
    const done = node.runs.filter((run) => run.status === 'DONE').length;
    const words = node.runs.length > 1 ? `${node.id} (${done}/${node.runs.length})` : node.id;
    const choose = () => select(node.runs.find((run) => run.status === status(node)) ?? node.runs[0]);
    return svg('g', {
      class: `node ${status(node)}`, role: 'button', tabindex: 0, 'data-run': node.id,
      'aria-label': `${words}, ${status(node).toLowerCase()}`,
      onclick: choose, onkeydown: (event) => { if (event.key === 'Enter') choose(); },
    },
    svg('rect', { x: node.x, y: node.y, width: WIDTH, height: HEIGHT, rx: 6 }),
    svg('text', { x: node.x + 10, y: node.y + 22 }, words.length > 29 ? `${words.slice(0, 28)}…` : words),
    svg('title', {}, `${words}: ${status(node).toLowerCase()}`));
  });
  return element('div', { class: 'graph' },
    svg('svg', { width: wide, height: high, viewBox: `0 0 ${wide} ${high}` }, ...edges, ...boxes));
}
