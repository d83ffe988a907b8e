// Small helpers. Text goes in as text, never as markup.
export function element(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children);
}

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// Who is not signed in any more is sent to sign in by loading the page anew.
const SIGNED_OUT = 499;

export async function reach(path, options = {}) {
  const headers = { Accept: 'application/json', 'X-Requested-With': 'JavaScript', ...options.headers };
  const answer = await fetch(path, { ...options, headers });
  if (answer.status === SIGNED_OUT) location.reload();
  return answer;
}

export async function ask(path, options = {}) {
  const answer = await reach(path, options);
  if (!answer.ok) {
    const error = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(error.message ?? `status ${answer.status}`), { location: error.location });
  }
  return answer.json();
}

export const number = (value) => {
  if (typeof value !== 'number') return String(value);
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0)
    : Math.abs(value) >= 0.001 ? value.toFixed(3) : value.toExponential(2);
};
