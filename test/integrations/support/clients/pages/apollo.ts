import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { ErrorLink } from '@apollo/client/link/error';

const heard: string[] = [];
const apollo = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.from([
    // What most apps have: the place where they would look for a 401.
    new ErrorLink(({ error }) => {
      if (!CombinedGraphQLErrors.is(error)) heard.push(error.message);
    }),
    new HttpLink({ uri: '/api/graphql' }),
  ]),
});

const ME = gql`
  query Me {
    me {
      name
      secret
    }
  }
`;
const RENAME = gql`
  mutation Rename($name: String!) {
    rename(name: $name) {
      name
    }
  }
`;

interface Said {
  readonly data: unknown;
  readonly error: string | undefined;
}
const said = ({ data, error }: { data?: unknown; error?: Error | undefined }): Said => ({
  data,
  error: error?.message,
});

const client = {
  heard,
  query: (): Promise<Said> =>
    apollo.query({ query: ME, errorPolicy: 'all', fetchPolicy: 'no-cache' }).then(said),
  both: (): Promise<Said[]> =>
    Promise.all([
      apollo.query({ query: ME, errorPolicy: 'all', fetchPolicy: 'no-cache' }).then(said),
      apollo.mutate({ mutation: RENAME, errorPolicy: 'all', variables: { name: 'Alice B.' } }).then(said),
    ]),
};

declare global {
  var apolloClient: typeof client;
}
globalThis.apolloClient = client;
