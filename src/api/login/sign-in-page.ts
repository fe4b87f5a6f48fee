/**
 * The page that a browser sees in place of a 401: it asks for the token, sends it to `/login` as a bearer header, and
 * loads the address again with the cookie that came back. One self-contained text: without a token nothing else can
 * be fetched. The field has no name, so that the token can never end up in an address or a form body.
 */
import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; min-height: 100vh; margin: 0; place-items: center; }
main { width: min(26rem, 90vw); }
label { display: block; font-weight: 600; }
input, button { box-sizing: border-box; width: 100%; margin-top: .5rem; padding: .6rem; font: inherit; }
[role=alert] { min-height: 1.5em; font-weight: 600; }
`;

const SCRIPT = `
const form = document.querySelector('form');
const message = document.querySelector('[role=alert]');
const field = document.querySelector('input');
const refusals = { 401: 'This token is not known here.', 429: 'Too many attempts. Wait a minute.' };
async function signIn() {
  const response = await fetch('/login', { method: 'POST', headers: { authorization: 'Bearer ' + field.value.trim() } });
  if (response.ok) return location.reload();
  message.textContent = refusals[response.status] ?? 'The server answered ' + response.status + '.';
  field.select();
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  message.textContent = '';
  signIn().catch(() => { message.textContent = 'The server could not be reached, or this is no token.'; });
});
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in to Flotilla</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Sign in to Flotilla</h1>
<form method="post">
<label for="token">Bearer token</label>
<p id="where"><code>npx flotilla token</code> prints it.</p>
<input id="token" type="password" required autofocus autocomplete="current-password" aria-describedby="where">
<button>Sign in</button>
<p role="alert"></p>
</form>
<noscript><p>Signing in needs JavaScript.</p></noscript>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
} as const;

export const signInPage = (): string => PAGE;

/** Goes with the page: its script and style run under this policy and no other. */
export const signInHeaders = (): Readonly<Record<string, string>> => HEADERS;
