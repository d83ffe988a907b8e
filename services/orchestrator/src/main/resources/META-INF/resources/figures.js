// Figures that grow while an experiment works: curves of runs, and performance over labels.
import { element, number, svg } from './elements.js';

const MOST = 8;
const COLOURS = 8;

const legend = (names) => element('p', { class: 'legend' }, ...names.map((name, i) =>
  element('span', { class: `colour${i % COLOURS}` }, name)));

// A run's metrics by name: points of step and value.
function series(lines) {
  const found = new Map();
  for (const line of lines) {
    for (const [name, value] of Object.entries(line)) {
      if (typeof value === 'number' && name !== 'step' && typeof line.step === 'number') {
        if (!found.has(name)) found.set(name, []);
        found.get(name).push([line.step, value]);
      }
    }
  }
  return found;
}

// What runs wrote of themselves while they trained, a picture for each metric and a curve for each run.
export function curves(runs) {
  const told = runs.map((run) => series(run.lines));
  const names = [...new Set(told.flatMap((metrics) => [...metrics.keys()]))].filter((name) =>
    told.some((metrics) => {
      const points = metrics.get(name) ?? [];
      return points.length > 1 && points.some(([, y]) => y !== points[0][1]);
    })).slice(0, MOST);
  return element('div', {}, runs.length > 1 ? legend(runs.map((run) => run.name)) : null,
    element('div', { class: 'curves' }, ...names.map((name) => {
      const drawn = told.map((metrics) => metrics.get(name) ?? []);
      const all = drawn.flat();
      const [x0, x1] = [Math.min(...all.map(([x]) => x)), Math.max(...all.map(([x]) => x))];
      const [y0, y1] = [Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y))];
      const place = ([x, y]) =>
        `${(190 * (x - x0) / (x1 - x0 || 1)).toFixed(1)},${(60 - 56 * (y - y0) / (y1 - y0 || 1)).toFixed(1)}`;
      const last = drawn.filter((points) => points.length).map((points) => points.at(-1)[1].toPrecision(4)).join(', ');
      return element('figure', {},
        svg('svg', { viewBox: '0 0 190 64', role: 'img', 'aria-label': `${name}, from ${number(y0)} to ${number(y1)}` },
          ...drawn.map((points, i) =>
            svg('polyline', { class: `colour${i % COLOURS}`, points: points.map(place).join(' ') }))),
        element('figcaption', {}, `${name} ${last}`));
    })));
}

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 48;
const BOTTOM = 32;

// AUROC of the test by the fraction of labels: a dot for each draw that is done, a line through their means.
export function efficiency(experiment) {
  const chosen = experiment.runs.some((run) => run.kind === 'CHOOSE') ? 'CHOOSE' : 'FINETUNE';
  const points = new Map();
  for (const run of experiment.runs) {
    const value = run.figures?.test_auroc;
    const { initialisation, mode, architecture, fraction } = run.subject ?? {};
    if (run.kind !== chosen || run.status !== 'DONE' || typeof value !== 'number' || !(fraction > 0)) continue;
    const name = [architecture, initialisation, mode].filter(Boolean).join(' ');
    if (!points.has(name)) points.set(name, []);
    points.get(name).push([fraction, value]);
  }
  const all = [...points.values()].flat();
  const fractions = [...new Set(all.map(([x]) => x))].sort((a, b) => a - b);
  if (fractions.length < 2) return null;
  const [low, high] = [Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y))];
  const [y0, y1] = [Math.floor(low * 20) / 20, Math.max(Math.ceil(high * 20) / 20, low + 0.05)];
  const [x0, x1] = [Math.log(fractions[0]), Math.log(fractions.at(-1))];
  const x = (fraction) => LEFT + (WIDTH - LEFT - 20) * (Math.log(fraction) - x0) / (x1 - x0);
  const y = (value) => 10 + (HEIGHT - BOTTOM - 10) * (1 - (value - y0) / (y1 - y0));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const lines = [...points].map(([name, its], i) => {
    const means = fractions.filter((f) => its.some(([at]) => at === f))
      .map((f) => [f, mean(its.filter(([at]) => at === f).map(([, value]) => value))]);
    return svg('g', { class: `colour${i % COLOURS}`, 'data-series': name },
      svg('polyline', { points: means.map(([f, value]) => `${x(f).toFixed(1)},${y(value).toFixed(1)}`).join(' ') }),
      ...its.map(([f, value]) => svg('circle', { cx: x(f).toFixed(1), cy: y(value).toFixed(1), r: 3 },
        svg('title', {}, `${name}, ${f * 100} % of the labels: ${value.toFixed(3)}`))));
  });
  const ticks = [y0, (y0 + y1) / 2, y1];
  return element('figure', { class: 'efficiency' },
    element('figcaption', {}, 'AUROC of the test by labelled images, so far'),
    svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img',
      'aria-label': `AUROC by fraction of the labels, from ${low.toFixed(3)} to ${high.toFixed(3)}` },
    ...ticks.map((tick) => svg('g', { class: 'tick' },
      svg('line', { x1: LEFT, x2: WIDTH - 20, y1: y(tick), y2: y(tick) }),
      svg('text', { x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end' }, tick.toFixed(3)))),
    ...fractions.map((f) => svg('text', { class: 'tick', x: x(f), y: HEIGHT - 10, 'text-anchor': 'middle' },
      `${number(f * 100)} %`)),
    ...lines),
    legend([...points.keys()]));
}
