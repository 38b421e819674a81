import { generateKeyPairSync } from 'node:crypto';
import jwt from '@atlassian/atlassian-jwt';

/**
 * The key with which the product signs its installation calls. atlassian-connect-express fetches the public
 * half from a key server and asks for it by `keyId`; the demo's host server answers in that server's place.
 */
export function createInstallKey() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { keyId: 'demo-install-key', publicKey, privateKey };
}

/**
 * The product's side of the handshake: tells the app's back end of a tenant and the secret they share from now
 * on. The back end checks the signature, the audience and the query hash by itself, then stores it.
 */
export async function install(tenant, { appKey, appUrl, keyServerUrl, key }) {
  const issuedAt = Math.floor(Date.now() / 1000);
  const signed = jwt.encodeAsymmetric(
    {
      iss: tenant.clientKey,
      aud: [appUrl],
      iat: issuedAt,
      exp: issuedAt + 60,
      qsh: jwt.createQueryStringHash(jwt.fromMethodAndUrl('POST', '/installed'), false, appUrl),
    },
    key.privateKey,
    jwt.AsymmetricAlgorithm.RS256,
    { kid: key.keyId },
  );
  const response = await withEnvironment({ CONNECT_KEYS_CDN_URL: keyServerUrl, NO_PROXY: '127.0.0.1' }, () =>
    fetch(`${appUrl}/installed`, {
      method: 'POST',
      headers: { Authorization: `JWT ${signed}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        key: appKey,
        clientKey: tenant.clientKey,
        sharedSecret: tenant.sharedSecret,
        baseUrl: tenant.origin,
        productType: 'jira',
        eventType: 'installed',
      }),
    }),
  );
  if (response.status !== 204) {
    throw new Error(
      `The app's back end answered ${response.status} to the installation of ${tenant.name}, expected 204: ` +
        (await response.text()),
    );
  }
}

/** The back end reads the key server's address from the environment, at each call. */
async function withEnvironment(variables, task) {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await task();
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
