// SPDX-License-Identifier: Apache-2.0
// An OpenID provider with one client and two people, for provider_test.cpp. Arguments: where the client is sent back to.
// Says its address in one line; ends when its standard input does.
import http from 'node:http';
import Provider from 'oidc-provider';

const [redirect] = process.argv.slice(2);
const people = { wang: { sub: 'w-0001', password: '正确 horse' }, li: { sub: "l-'0002", password: 'second' } };

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const form = (uid, title, fields) => `<!doctype html><meta charset="utf-8"><title>${title}</title>
<form method="post" action="/interaction/${uid}">${fields}<button>${title}</button></form>`;

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'suyuan', client_secret: 'a secret + for/tests', redirect_uris: [redirect],
      grant_types: ['authorization_code'], response_types: ['code'], token_endpoint_auth_method: 'client_secret_basic' }],
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true, methods: ['S256'] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => {
      const [name] = Object.entries(people).find(([, each]) => each.sub === id) ?? [];
      return name && { accountId: id, claims: () => ({ sub: id, preferred_username: name }) };
    },
  });

  const ask = async (request, response) => {
    const { uid, prompt } = await provider.interactionDetails(request, response);
    const page = prompt.name === 'login'
      ? form(uid, 'Sign in', '<input name="login"><input name="password" type="password">')
      : form(uid, 'Allow', '<input type="hidden" name="allow" value="yes">');
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
  };

  const take = async (request, response, values) => {
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
    if (values.get('refuse')) {
      return provider.interactionFinished(request, response, { error: 'access_denied' });
    }
    if (prompt.name === 'login') {
      const person = people[values.get('login')];
      if (!person || person.password !== values.get('password')) {
        response.statusCode = 403;
        return response.end(`no such person: ${escaped(values.get('login'))}`);
      }
      return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
    }
    const grant = grantId ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } },
      { mergeWithLastSubmission: true });
  };

  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const done = request.method === 'POST' ? take(request, response, new URLSearchParams(Buffer.concat(chunks).toString()))
        : ask(request, response);
      Promise.resolve(done).catch((error) => {
        response.statusCode = 500;
        response.end(String(error));
      });
    });
  });
  console.log(issuer);
});
process.stdin.resume().on('end', () => process.exit(0));
