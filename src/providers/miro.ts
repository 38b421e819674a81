import type { TokenProvider } from '../page/options.js';
import { askHost, tokenText } from './ask-host.js';

/** The part of Miro's Web SDK that is used here: `miro.board`. */
export interface MiroBoard {
  getIdToken(): Promise<string>;
}

/**
 * ID tokens of an app on a Miro board, by `miro.board.getIdToken()`. Back ends want them as `Authorization: Bearer`,
 * the default; verify them with the app's client secret. How long they live, they say themselves (`exp`).
 *
 * It bears that the host never answers, and that the SDK comes later than this.
 *
 * @param board where it is not that of the global `miro`
 * @throws {Error} where no token is to be had, with what helps; or the SDK's own error
 * @example
 * await registerTokenInjector({ getToken: miro() });
 */
export function miro(board?: MiroBoard): TokenProvider {
  return async ({ signal }) => {
    const given = board ?? (globalThis as { miro?: { board?: MiroBoard } }).miro?.board;
    if (typeof given?.getIdToken !== 'function') {
      throw new Error(
        'There is no miro.board.getIdToken: load https://miro.com/app/static/sdk/v2/miro.js first, in a frame of a Miro board.',
      );
    }
    const answer = await askHost<unknown>(signal, () => given.getIdToken());
    return tokenText(answer, 'Miro gave no token. Is the app installed for this team? Reload the board.');
  };
}
