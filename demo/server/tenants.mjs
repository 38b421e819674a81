import { randomBytes } from 'node:crypto';

/** What the product's own getToken does, for each tenant. Everything but `answers` is a fault. */
export const GET_TOKEN_MODES = ['answers', 'hangs', 'fails', 'expired'];

/** Where the app shows itself on a page of the product: two modules, so two frames with different claims. */
export const MODULES = [
  {
    key: 'issue-panel',
    title: 'Issue panel',
    context: (tenant) => ({
      jira: { issue: { id: '10007', key: `${tenant.projectKey}-7` }, project: project(tenant) },
    }),
  },
  {
    key: 'project-page',
    title: 'Project page',
    context: (tenant) => ({ jira: { project: project(tenant) } }),
  },
];

function project(tenant) {
  return { id: '10000', key: tenant.projectKey };
}

export function moduleByKey(key) {
  return MODULES.find((module) => module.key === key);
}

/** Two customers of one app. Their host pages are of one site, so the app's frames share a storage partition. */
export function createTenants() {
  return ['foo', 'bar'].map((name) => ({
    name,
    hostname: `${name}.jira.localhost`,
    /** Known once the host server listens. */
    origin: '',
    clientKey: `client-${name}`,
    accountId: `account-of-${name}`,
    projectKey: name.toUpperCase(),
    sharedSecret: randomBytes(32).toString('base64url'),
    getTokenMode: 'answers',
    signedIn: true,
    issuedByModule: new Map(),
  }));
}
