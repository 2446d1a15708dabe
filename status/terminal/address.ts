const DEFAULT_PORT = '9091';
const DEFAULT_PATH = '/metrics';

/**
 * `http://host:port/path`, `host:port`, `host`, `port` or an IPv6 address → the URL of the metrics page.
 * @throws Error that names what is wrong
 */
export function metricsUrl(given = 'localhost'): string {
  const text = given.trim();
  const url = parsed(full(text));
  if (!url || url.hostname === '') throw new Error(`"${given}" is no address: give host:port or a URL`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`"${given}" must begin with http:// or https://`);
  if (url.username !== '' || url.password !== '')
    throw new Error('An address must hold no password: set METRICS_BEARER_TOKEN instead');
  if (url.pathname === '/') url.pathname = DEFAULT_PATH;
  return url.href;
}

function full(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  if (/^\d+$/.test(text)) return `http://localhost:${text}`;
  const host = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) ? `[${text}]` : text;
  const [authority = '', ...path] = host.split('/');
  const port = /:\d+$/.test(authority.replace(/^\[.*\]/, '')) ? '' : `:${DEFAULT_PORT}`;
  return `http://${[authority + port, ...path].join('/')}`;
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
