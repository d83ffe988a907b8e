// Polls the API and draws what it says. Text goes in as text, never as markup.
const $ = (id) => document.getElementById(id);
let lastDetail = '';

function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class') node.className = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const clock = (seconds) => {
  if (seconds === null || seconds === undefined) return '';
  const two = (n) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(Math.floor(seconds) % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
};
const between = (from, to) =>
  from ? clock(Math.max(0, ((to ? new Date(to) : new Date()) - new Date(from)) / 1000)) : '';
const number = (value) => {
  if (typeof value !== 'number') return String(value);
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0)
    : Math.abs(value) >= 0.001 ? value.toFixed(3) : value.toExponential(2);
};
const figures = (map) =>
  Object.entries(map ?? {}).slice(0, 5).map(([name, value]) => `${name} ${number(value)}`).join('   ');
const bar = (done, total, label) =>
  total > 0 ? element('progress', { value: done, max: total, 'aria-label': label }) : null;

function steps(experiment) {
  return experiment.status === 'SPLITTING'
    ? [experiment.splitDone, experiment.splitTotal, experiment.stage]
    : [experiment.runsDone, experiment.runsTotal,
      `${experiment.runsDone} of ${experiment.runsTotal} runs`];
}

function summary(experiment, selected) {
  const [done, total, words] = steps(experiment);
  const left = experiment.secondsLeft === null ? '' : `, about ${clock(experiment.secondsLeft)} left`;
  return element('li', {},
    element('a', { href: `#${experiment.id}`, 'aria-current': experiment.id === selected },
      element('strong', {}, experiment.name),
      element('span', {}, bar(done, total, words),
        element('span', { class: 'quiet' },
          experiment.reason ?? (experiment.status === 'RUNNING' ? `${experiment.stage}, ${words}${left}` : words))),
      element('span', { class: `status ${experiment.status}` }, experiment.status.toLowerCase())));
}

function runRow(experiment, run) {
  const name = run.host
    ? element('a', { href: `/api/experiments/${experiment.id}/runs/${run.name}/log` }, run.name)
    : run.name;
  const state = run.status.toLowerCase() + (run.faults ? `, ${run.faults} failed` : '');
  const told = [run.stage, figures(run.figures)].filter(Boolean).join('   ');
  return element('tr', {},
    element('td', {}, name),
    element('td', { class: run.status }, state),
    element('td', { class: 'bar' }, bar(run.done, run.total, `${run.name}: ${run.stage ?? ''}`)),
    element('td', {}, told, run.reason ? element('div', { class: 'reason' }, run.reason) : null),
    element('td', {}, between(run.started, run.ended)),
    element('td', {}, run.status === 'RUNNING' ? clock(run.secondsLeft) : ''));
}

async function cancel(id) {
  if (confirm(`Cancel experiment ${id}? What is finished stays.`)) {
    await fetch(`/api/experiments/${id}`, { method: 'DELETE' });
    refresh();
  }
}

function detail(experiment) {
  const [done, total, words] = steps(experiment);
  const ended = ['COMPLETED', 'FAILED', 'CANCELLED'].includes(experiment.status);
  const counts = Object.entries(experiment.counts ?? {})
    .map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    element('h2', {}, experiment.name),
    element('div', { class: 'row' },
      element('span', { class: experiment.status }, experiment.status.toLowerCase()),
      element('span', { class: 'grow' }, bar(done, total, words),
        element('span', { class: 'quiet' }, ended ? words : `${experiment.stage}, ${words}`)),
      element('span', { class: 'quiet' }, `${between(experiment.requested, experiment.ended)} so far`.replace(
        ended ? ' so far' : '', '')),
      experiment.report ? element('a', { class: 'button', href: experiment.report }, 'Report') : null,
      ended ? null : element('button', { class: 'button danger', onclick: () => cancel(experiment.id) }, 'Cancel')),
    experiment.reason ? element('p', { class: 'reason' }, experiment.reason) : null,
    counts ? element('p', { class: 'quiet' }, `Images: ${counts}`) : null,
    experiment.runs.length === 0 ? null : element('div', { class: 'table' }, element('table', {},
      element('thead', {}, element('tr', {},
        ...['Run', 'Status', 'Progress', 'Figures', 'Time', 'Left'].map((title) =>
          element('th', { scope: 'col' }, title)))),
      element('tbody', {}, ...experiment.runs.map((run) => runRow(experiment, run))))),
  ].filter(Boolean);
}

async function json(path) {
  const answer = await fetch(path, { headers: { Accept: 'application/json' } });
  if (!answer.ok) {
    const error = await answer.json().catch(() => ({}));
    throw new Error(error.message ?? `status ${answer.status}`);
  }
  return answer.json();
}

async function refresh() {
  const selected = decodeURIComponent(location.hash.slice(1));
  try {
    const all = await json('/api/experiments');
    const shown = all.some((e) => e.id === selected) ? selected : all[0]?.id;
    $('experiments').replaceChildren(...all.map((e) => summary(e, shown)));
    $('none').hidden = all.length > 0;
    const whole = shown ? await json(`/api/experiments/${encodeURIComponent(shown)}`) : null;
    $('detail').hidden = !whole;
    const text = JSON.stringify(whole);
    // A finished experiment is drawn once, so that text in it can be selected.
    if (whole && (text !== lastDetail || !whole.ended)) $('detail').replaceChildren(...detail(whole));
    lastDetail = text;
    $('connection').textContent = '';
    $('connection').className = '';
  } catch (error) {
    $('connection').textContent = `no connection: ${error.message}`;
    $('connection').className = 'lost';
  }
}

$('origin').textContent = location.origin;
addEventListener('hashchange', refresh);
refresh();
setInterval(refresh, 1500);
