import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { toIdleTab, type Deed } from './deed.js';
import { USERS } from './users.js';

/** What users and the browser do to one tab. */
export const DEEDS_TO_TABS: readonly Deed[] = [
  toIdleTab('freeze and thaw', 5, async (tab, soak) => {
    const ms = soak.between(500, 6000);
    await tab.drain();
    const frozen = soak.history.begin('frozen', tab.name);
    await tab.tab.page.freeze();
    await sleep(ms);
    await tab.tab.page.thaw();
    soak.history.end(frozen);
  }),
  toIdleTab('close and open again', 3, async (tab, soak) => {
    await tab.leave('closes', () => tab.tab.page.close());
    tab.forget();
    const next = await soak.openTab(tab.lane, tab.user);
    soak.tabs.splice(soak.tabs.indexOf(tab), 1, next);
  }),
  toIdleTab('hard reload', 3, async (tab) => {
    await tab.leave('reloads hard', () => tab.tab.page.reload({ hard: true }));
    await tab.begin();
  }),
  toIdleTab('reload', 2, async (tab) => {
    await tab.leave('reloads', () => tab.tab.page.reload());
    await tab.begin();
  }),
  toIdleTab('put away and back', 4, async (tab, soak) => {
    const ms = soak.between(300, 4000);
    await tab.leave('goes elsewhere', () => tab.tab.page.goto(`${soak.world.app.elsewhere}/landed`));
    const away = soak.history.begin('put away', tab.name);
    await sleep(ms);
    await tab.tab.page.back();
    soak.history.end(away);
    const isSame = await tab.isSamePage();
    soak.verdicts.count(isSame ? 'did: — out of the back/forward cache' : 'did: — loaded anew');
    if (!isSame) await tab.begin();
  }),
  toIdleTab('log out and in again', 2, async (tab, soak) => {
    const ms = soak.between(500, 4000);
    // It rejects where storage does not let go of the token, and the user stays.
    await tab.logout().catch((error: unknown) => soak.fail('log out', tab.page, error));
    await sleep(ms);
    await tab.register();
  }),
  toIdleTab('another user', 3, (tab, soak) =>
    tab.register(soak.pick(USERS.filter(({ sub }) => sub !== tab.user.sub))),
  ),
  toIdleTab('force a token', 3, async (tab, { history, verdicts }) => {
    const { user, page } = tab;
    history.reopen(user.sub);
    history.endAll('stays logged out', page);
    const forced = history.begin('token forced', page, user.sub);
    const outcome = await tab.tab.getAccessToken({ forceRefresh: true });
    history.end(forced);
    if (!outcome.ok) verdicts.count(`did: — and got ${outcome.error.code}`);
    else if (decodeJwt(outcome.value).sub !== user.sub)
      verdicts.violate('a token of another tenant', page, 'given to the page itself', forced.toMs);
  }),
  toIdleTab('bring to the front', 3, (tab) => tab.tab.page.show()),
];
