// A form made from the schema of experiments: only what is filled in is sent.
import { ask, element } from './elements.js';

const value = (text) => {
  try { return JSON.parse(text); } catch { return text; }
};
// What may be an object or a list of them is filled in as an object.
const plain = (schema) => (schema.anyOf?.[0]?.properties ? { ...schema, ...schema.anyOf[0] } : schema);
const isList = (schema) => schema.anyOf?.[0]?.type === 'array';

function control(path, schema, given) {
  const name = path.join('.');
  const common = { id: `field-${name}`, name, 'aria-describedby': `help-${name}` };
  const words = schema.enum ?? (schema.type === 'boolean' ? [true, false] : null);
  if (words) {
    return element('select', common, element('option', { value: '' }, `default${
      schema.default === undefined ? '' : `: ${schema.default}`}`),
    ...words.map((word) => element('option',
      { value: String(word), selected: given !== undefined && String(given) === String(word) }, String(word))));
  }
  const shown = given === undefined ? '' : Array.isArray(given)
    ? given.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(', ')
    : typeof given === 'object' ? JSON.stringify(given) : String(given);
  return element('input', {
    ...common, value: shown, autocomplete: 'off',
    inputmode: ['integer', 'number'].includes(schema.type) ? 'decimal' : null,
    placeholder: schema.default === undefined ? (isList(schema) ? 'one, two' : '') : JSON.stringify(schema.default),
  });
}

function fields(schema, path, given, required) {
  return Object.entries(schema.properties).filter(([, own]) => !own.deprecated).map(([name, declared]) => {
    const own = plain(declared);
    const here = [...path, name];
    if (own.type === 'object' && own.properties && !Array.isArray(given?.[name])) {
      return element('details', { open: required.includes(name) },
        element('summary', {}, name, element('small', {}, ` ${own.description ?? ''}`)),
        element('div', { class: 'fields' }, ...fields(own, here, given?.[name] ?? {}, [])));
    }
    const id = here.join('.');
    return element('p', { class: 'field' },
      element('label', { for: `field-${id}` }, name + (required.includes(name) ? ' *' : '')),
      control(here, own, given?.[name]),
      element('small', { id: `help-${id}` }, own.description ?? ''));
  });
}

function schemaOf(schema, path) {
  return path.reduce((node, name) => plain(node.properties[name]), schema);
}

function read(form, schema) {
  const document = {};
  for (const input of form.querySelectorAll('[name]')) {
    if (input.value.trim() === '') continue;
    const path = input.name.split('.');
    const own = schemaOf(schema, path);
    const text = input.value.trim();
    let told = own.type === 'string' || own.enum?.includes(text) ? text : value(text);
    if (isList(own) || own.type === 'array') {
      told = Array.isArray(told) ? told : text.split(',').map((each) => value(each.trim()));
    }
    let node = document;
    for (const name of path.slice(0, -1)) node = (node[name] ??= {});
    node[path.at(-1)] = told;
  }
  return document;
}

// Fields as a preset, or another experiment, has them.
function filled(schema, given) {
  return element('div', { id: 'fields' }, ...fields(schema, [], given, schema.required ?? []));
}

function presets(all, chosen) {
  const about = element('small', { id: 'about-preset' });
  const choice = element('select', {
    id: 'preset', 'aria-describedby': 'about-preset',
    onchange: () => {
      const preset = all.find((one) => one.name === choice.value);
      about.textContent = preset?.about ?? '';
      chosen(preset?.spec ?? {});
    },
  }, element('option', { value: '' }, 'nothing'),
  ...all.map((one) => element('option', { value: one.name }, one.name)));
  return element('p', { class: 'field' }, element('label', { for: 'preset' }, 'Begin with'), choice, about);
}

// The dialog to submit an experiment, from nothing or from one that is there.
export async function submit(from, submitted) {
  const schema = await ask('/api/schema');
  const all = from ? [] : await ask('/api/presets');
  const given = from ? await ask(`/api/experiments/${encodeURIComponent(from)}/spec`) : {};
  const message = element('p', { class: 'reason', role: 'alert' });
  const form = element('form', { method: 'dialog' },
    element('h2', {}, from ? `Again like ${from}` : 'New experiment'), message,
    from ? null : presets(all, (spec) =>
      form.querySelector('#fields').replaceWith(filled(schema, spec))),
    filled(schema, given),
    element('div', { class: 'row' },
      element('button', { class: 'button', value: 'submit', id: 'submit' }, 'Submit'),
      element('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, 'Close')));
  const dialog = element('dialog', { id: 'form' }, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const body = JSON.stringify(read(form, schema));
      const answer = await ask('/api/experiments',
        { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
      dialog.close();
      submitted(answer.id);
    } catch (error) {
      message.textContent = error.message;
      const field = error.location?.split('field ')[1]?.replace(/\[.*/, '');
      form.querySelector(`[name="${CSS.escape(field ?? '')}"]`)?.focus();
    }
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
