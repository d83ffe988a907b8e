// Draws what the API says, whenever it says that something has changed.
import { ask, element, number, reach } from './elements.js';
import { submit } from './form.js';
import { curves, efficiency } from './figures.js';
import { graph } from './graph.js';

const $ = (id) => document.getElementById(id);
let lastDetail = '';
let opened = null;
const compared = new Map();

const clock = (seconds) => {
  if (seconds === null || seconds === undefined) return '';
  const two = (n) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(Math.floor(seconds) % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
};
const between = (from, to) =>
  from ? clock(Math.max(0, ((to ? new Date(to) : new Date()) - new Date(from)) / 1000)) : '';
const figures = (map) =>
  Object.entries(map ?? {}).slice(0, 5).map(([name, value]) => `${name} ${number(value)}`).join('   ');
const queued = (queue) =>
  queue ? `${queue.place} of ${queue.waiting} in the queue (${queue.queue})` : null;
const bar = (done, total, label) =>
  total > 0 ? element('progress', { value: done, max: total, 'aria-label': label }) : null;

function steps(experiment) {
  return experiment.status === 'SPLITTING'
    ? [experiment.splitDone, experiment.splitTotal, experiment.stage]
    : [experiment.runsDone, experiment.runsTotal,
      `${experiment.runsDone} of ${experiment.runsTotal} runs`];
}

const state = (experiment) =>
  experiment.paused && !experiment.ended ? 'paused' : experiment.status.toLowerCase();

function summary(experiment, selected) {
  const [done, total, words] = steps(experiment);
  const left = experiment.secondsLeft === null ? '' : `, about ${clock(experiment.secondsLeft)} left`;
  return element('li', {},
    element('a', { href: `#${experiment.id}`, 'aria-current': experiment.id === selected },
      element('strong', {}, experiment.name),
      element('span', {}, bar(done, total, words),
        element('span', { class: 'quiet' },
          experiment.reason ?? (experiment.status === 'RUNNING' ? `${experiment.stage}, ${words}${left}` : words))),
      element('span', { class: `status ${experiment.status}` }, state(experiment))));
}

function runRow(experiment, run) {
  const name = element('button', { class: 'link', onclick: () => open(run) }, run.name);
  const how = run.status.toLowerCase() + (run.faults ? `, ${run.faults} failed` : '');
  const told = [run.stage, figures(run.figures), queued(run.queue)].filter(Boolean).join('   ');
  return element('tr', {},
    element('td', {}, name),
    element('td', {}, element('input', { type: 'checkbox', id: `compare-${run.name}`, 'aria-label': `Compare ${run.name}`,
      checked: compared.has(run.name), onchange: (event) => choose(run, event.target.checked) })),
    element('td', { class: run.status }, how),
    element('td', { class: 'bar' }, bar(run.done, run.total, `${run.name}: ${run.stage ?? ''}`)),
    element('td', {}, told, run.reason ? element('div', { class: 'reason' }, run.reason) : null),
    element('td', {}, between(run.started, run.ended)),
    element('td', {}, run.status === 'RUNNING' ? clock(run.secondsLeft) : ''));
}

// The dialog asks again, since what is cancelled has lost its turn.
function act(id, what, question) {
  const go = async () => {
    try {
      await ask(`/api/experiments/${encodeURIComponent(id)}${what === 'cancel' ? '' : `/${what}`}`,
        { method: what === 'cancel' ? 'DELETE' : 'POST' });
    } catch (error) {
      $('connection').textContent = error.message;
      $('connection').className = 'lost';
    }
    refresh();
  };
  if (!question) return go();
  const dialog = element('dialog', { id: 'question' }, element('form', { method: 'dialog' },
    element('p', {}, question),
    element('div', { class: 'row' },
      element('button', { class: 'button danger', id: 'yes', onclick: go }, 'Yes'),
      element('button', { class: 'button' }, 'No'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  return dialog.showModal();
}

const place = (run) =>
  `/api/experiments/${encodeURIComponent(shownId())}/runs/${encodeURIComponent(run.name)}`;

async function text(run, what) {
  const answer = await reach(`${place(run)}/${what}`, { headers: { Accept: '*/*' } });
  return answer.ok ? answer.text() : '';
}

const parsed = (metrics) => metrics.split('\n').flatMap((line) => {
  try { return [JSON.parse(line)]; } catch { return []; }
});

// A run's curves and the end of its log, beneath the table.
async function open(run) {
  opened = run.name;
  await show(run);
}

const LIVE = 2000;
let shown = { name: null, status: null, at: 0 };

// What is open of a run that works is read again as it goes on, and once more when it has ended.
function follow(experiment) {
  const run = experiment?.runs.find((one) => one.name === opened);
  if (!run || shown.name !== run.name) return;
  if (run.status !== shown.status || (run.status === 'RUNNING' && Date.now() - shown.at >= LIVE)) show(run);
}

async function show(run) {
  shown = { name: run.name, status: run.status, at: Date.now() };
  const [log, metrics] = await Promise.all([text(run, 'log?last=200'), text(run, 'metrics')]);
  if (opened !== run.name) return;
  const before = $('run').querySelector('pre[data-run]');
  const same = before?.dataset.run === run.name;
  const atEnd = !same || before.scrollTop + before.clientHeight >= before.scrollHeight - 8;
  const [left, top] = same ? [before.scrollLeft, before.scrollTop] : [0, 0];
  const pre = element('pre', { tabindex: 0, 'data-run': run.name }, log || 'There is no log of it here.');
  $('run').hidden = false;
  $('run').replaceChildren(
    element('h2', {}, run.name, element('small', { class: 'quiet' },
      ` ${run.status === 'RUNNING' ? 'live, ' : ''}${run.output ?? ''}`)),
    curves([{ name: run.name, lines: parsed(metrics) }]), pre);
  // Who reads further up is left there.
  pre.scrollTop = atEnd ? pre.scrollHeight : top;
  pre.scrollLeft = left;
}

// Curves of several runs in the same pictures.
async function choose(run, wanted) {
  if (wanted) compared.set(run.name, run);
  else compared.delete(run.name);
  const chosen = [...compared.values()];
  opened = chosen.map((other) => other.name).join(' ');
  const mine = opened;
  const metrics = await Promise.all(chosen.map((other) => text(other, 'metrics')));
  if (opened !== mine) return;
  $('run').hidden = chosen.length === 0;
  $('run').replaceChildren(
    element('h2', {}, `Comparison of ${chosen.length} runs`),
    curves(chosen.map((other, i) => ({ name: other.name, lines: parsed(metrics[i]) }))));
}

async function history(id) {
  const all = await ask(`/api/experiments/${encodeURIComponent(id)}/history`);
  $('run').hidden = false;
  opened = null;
  $('run').replaceChildren(element('h2', {}, 'History'), element('pre', { tabindex: 0 }, all.map((step) =>
    [new Date(step.at).toLocaleString(), step.what.toLowerCase(), step.run ?? 'experiment',
      step.attempt ? `attempt ${step.attempt}` : '', step.reason ?? ''].filter(Boolean).join('  ')).join('\n')));
}

const shownId = () => $('detail').dataset.id;

function detail(experiment) {
  const [done, total, words] = steps(experiment);
  const ended = ['COMPLETED', 'FAILED', 'CANCELLED', 'UNREADABLE'].includes(experiment.status);
  const counts = Object.entries(experiment.counts ?? {})
    .map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    element('h2', {}, experiment.name),
    element('div', { class: 'row' },
      element('span', { class: experiment.status, id: 'status' }, state(experiment)),
      element('span', { class: 'grow' }, bar(done, total, words),
        element('span', { class: 'quiet' }, ended ? words : `${experiment.stage}, ${words}`)),
      element('span', { class: 'quiet' }, `${between(experiment.requested, experiment.ended)} so far`.replace(
        ended ? ' so far' : '', '')),
      experiment.report ? element('a', { class: 'button', href: experiment.report }, 'Report') : null,
      ended ? null : element('button', { class: 'button', id: 'pause',
        onclick: () => act(experiment.id, experiment.paused ? 'resume' : 'pause') },
      experiment.paused ? 'Resume' : 'Pause'),
      ended ? null : element('button', { class: 'button danger', id: 'cancel',
        onclick: () => act(experiment.id, 'cancel', `Cancel experiment ${experiment.id}? What is finished stays.`) },
      'Cancel'),
      ['FAILED', 'CANCELLED'].includes(experiment.status) ? element('button', { class: 'button', id: 'retry',
        onclick: () => act(experiment.id, 'retry') }, 'Retry') : null,
      element('button', { class: 'button', id: 'history', onclick: () => history(experiment.id) }, 'History'),
      element('button', { class: 'button', id: 'again', onclick: () => submit(experiment.id, select) }, 'Submit like this')),
    experiment.reason ? element('p', { class: 'reason' }, experiment.reason) : null,
    counts ? element('p', { class: 'quiet' }, `Images: ${counts}`) : null,
    experiment.runs.length === 0 ? null : graph(experiment, open),
    efficiency(experiment),
    experiment.runs.length === 0 ? null : element('div', { class: 'table' }, element('table', {},
      element('thead', {}, element('tr', {},
        ...['Run', 'Compare', 'Status', 'Progress', 'Figures', 'Time', 'Left'].map((title) =>
          element('th', { scope: 'col' }, title)))),
      element('tbody', {}, ...experiment.runs.map((run) => runRow(experiment, run))))),
  ].filter(Boolean);
}

function select(id) {
  location.hash = `#${id}`;
}

let refreshing = false;
let again = false;

async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  const selected = decodeURIComponent(location.hash.slice(1));
  try {
    const wanted = $('filter').value.trim().toLowerCase();
    const everyone = await ask('/api/experiments');
    const all = everyone.filter((e) => !wanted
      || [e.id, state(e), e.stage, e.reason].some((text) => text?.toLowerCase().includes(wanted)));
    const shown = everyone.some((e) => e.id === selected) ? selected : all[0]?.id;
    $('experiments').replaceChildren(...all.map((e) => summary(e, shown)));
    $('none').hidden = everyone.length > 0;
    const whole = shown ? await ask(`/api/experiments/${encodeURIComponent(shown)}`) : null;
    if (whole?.id !== shownId()) {
      $('run').hidden = true;
      compared.clear();
    }
    $('detail').hidden = !whole;
    $('detail').dataset.id = whole?.id ?? '';
    const text = JSON.stringify(whole);
    // What has not changed is not drawn again, so that text in it can be selected.
    if (whole && (text !== lastDetail || !whole.ended)) {
      const focused = document.activeElement?.id;
      $('detail').replaceChildren(...detail(whole));
      if (focused && $('detail').querySelector(`#${CSS.escape(focused)}`)) $(focused).focus();
    }
    lastDetail = text;
    follow(whole);
    $('connection').textContent = '';
    $('connection').className = '';
  } catch (error) {
    $('connection').textContent = `no connection: ${error.message}`;
    $('connection').className = 'lost';
  } finally {
    refreshing = false;
    if (again) {
      again = false;
      setTimeout(refresh, 500);
    }
  }
}

// j and k go through the list, / filters, n begins a new experiment.
addEventListener('keydown', (event) => {
  if (event.target.matches('input, select, textarea') || document.querySelector('dialog[open]')
    || event.ctrlKey || event.metaKey || event.altKey) return;
  const ids = [...$('experiments').querySelectorAll('a')].map((a) => decodeURIComponent(a.hash.slice(1)));
  const here = ids.indexOf(shownId());
  if (event.key === 'j' && ids[here + 1]) select(ids[here + 1]);
  else if (event.key === 'k' && here > 0) select(ids[here - 1]);
  else if (event.key === '/') $('filter').focus();
  else if (event.key === 'n') submit(null, select);
  else return;
  event.preventDefault();
});

$('filter').addEventListener('input', refresh);
$('new').addEventListener('click', () => submit(null, select));
addEventListener('hashchange', refresh);
refresh();
// The stream says when something has changed; it comes back by itself after an interruption.
new EventSource('/api/changes').addEventListener('message', refresh);
setInterval(refresh, 15000);
