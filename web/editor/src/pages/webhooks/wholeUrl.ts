/** An address of a webhook with that of the server, which is the one this page came from. */
export function wholeUrl(url: string): string {
  const { origin } = window.location;
  // What stands for a parameter is to be read, and not to be escaped.
  return /^https?:/.test(url) ? url : `${origin}${url.startsWith("/") ? "" : "/"}${url}`;
}
