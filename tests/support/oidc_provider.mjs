// A provider of OpenID Connect as others wrote it, for one client and one account.
// Arguments: the folder of its modules, and the address that a browser comes back to.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, redirectUri] = process.argv.slice(2);
const entry = pathToFileURL(join(modules, 'oidc-provider', 'lib', 'index.js')).href;
const { Provider } = await import(entry);

const server = createServer((request, response) => answer(request, response));
let answer = (_request, response) => response.end();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'penstock',
        client_secret: 'a secret: of 32 letters and more',
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: 'Ada' }),
    }),
  });
  answer = provider.callback();
  process.stdout.write(`${issuer}\n`);
});
