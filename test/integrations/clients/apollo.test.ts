import { buildSchema, graphql } from 'graphql';
import { expect } from 'vitest';
import { test } from '../../browser/support/world.js';
import { expectOneRefresh, openClient, registerAndRevoke } from '../support/clients/client-tab.js';
import type { ClientRoutes } from '../support/clients/client-tab.js';
import { LANES } from '../support/clients/lanes.js';

const schema = buildSchema(`
  type User { name: String!, secret: String }
  type Query { me: User! }
  type Mutation { rename(name: String!): User! }
`);

const rootValue = {
  me: {
    name: 'Alice',
    secret: () => {
      throw new Error('Not for you.');
    },
  },
  rename: ({ name }: { name: string }) => ({ name }),
};

const endpoint: ClientRoutes = async ({ seen, bodyText, response }) => {
  if (seen.path !== '/api/graphql') return false;
  const { query, variables } = JSON.parse(bodyText) as { query: string; variables: Record<string, unknown> };
  const result = await graphql({ schema, source: query, rootValue, variableValues: variables });
  response.writeHead(200, { 'content-type': 'application/graphql-response+json' });
  response.end(JSON.stringify(result));
  return true;
};

for (const lane of LANES) {
  test(`Apollo Client, ${lane.name}: a query and a mutation whose token is refused, one refresh; its error policy sees the schema’s errors only`, async ({
    world,
  }) => {
    const tab = await openClient(world, lane, 'apollo', endpoint);
    expect((await tab.evaluate(() => apolloClient.query())).error).toContain('401');
    expect(await tab.evaluate(() => apolloClient.heard.splice(0))).toHaveLength(1);
    await registerAndRevoke(world, tab, lane);
    expect(await tab.evaluate(() => apolloClient.both())).toEqual([
      { data: { me: { __typename: 'User', name: 'Alice', secret: null } }, error: 'Not for you.' },
      { data: { rename: { __typename: 'User', name: 'Alice B.' } }, error: undefined },
    ]);
    expect(expectOneRefresh(world, tab)).toBe(2);
    expect(await tab.evaluate(() => apolloClient.heard)).toEqual([]);
  });
}
