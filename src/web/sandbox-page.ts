/** `/sandbox`: shows developers the messages of an account's sandbox as they arrive. */
import { createHash } from 'node:crypto';
import { renderHtmlPage, PAGE_HEADERS } from './html-page';

/** The key comes from the fragment of the address or is typed; it never reaches the server's log. */
const SCRIPT = `
const list = document.querySelector('ol');
const note = document.querySelector('#note');
const form = document.querySelector('form');
const field = document.querySelector('input');
let key = decodeURIComponent(location.hash.slice(1)) || sessionStorage.getItem('key') || '';
history.replaceState(null, '', location.pathname);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  key = field.value.trim();
  void show();
});
async function show() {
  form.hidden = key !== '';
  if (key === '') return;
  const headers = { authorization: 'Bearer ' + key };
  const answer = await fetch('/v1/sandbox/messages?per_page=50', { headers }).catch(() => null);
  if (answer === null) {
    note.textContent = 'The API does not answer.';
    return;
  }
  const { result, error } = await answer.json();
  if (error) {
    note.textContent = error.message;
    form.hidden = false;
    key = '';
    return;
  }
  sessionStorage.setItem('key', key);
  note.textContent = result.data.length === 0 ? 'No messages yet.' : '';
  list.replaceChildren(...result.data.map(item));
}
function item({ channel, to, status, at, subject, text }) {
  const entry = document.createElement('li');
  const head = document.createElement('b');
  head.textContent = channel + ' to ' + to + ', ' + status + ', ' + at.slice(0, 19).replace('T', ' ');
  const body = document.createElement('p');
  body.textContent = (subject ? subject + ': ' : '') + text;
  entry.append(head, body);
  return entry;
}
void show();
setInterval(show, 2000);
`;

const script = createHash('sha256').update(SCRIPT).digest('base64');

export const SANDBOX_HEADERS: Readonly<Record<string, string>> = {
  ...PAGE_HEADERS,
  'Content-Security-Policy': `${PAGE_HEADERS['Content-Security-Policy'] ?? ''}; script-src 'sha256-${script}'; connect-src 'self'`,
};

/** The page. It loads the messages with a test key of the account. */
export const sandboxPage = renderHtmlPage(
  'en',
  'Sandbox',
  `<h1>Sandbox</h1>
<form hidden><label>Test key <input type="password" autocomplete="off" size="40"></label> <button>Show</button></form>
<p id="note">Messages appear here as they go out.</p>
<ol reversed></ol>
<noscript>This page needs JavaScript; GET /v1/sandbox/messages lists the same.</noscript>
<script>${SCRIPT}</script>`,
);
