import type { Holder } from '../../browser/support/token-issuer.js';
import { ALICE, BOB } from '../../browser/support/world.js';

/** Of Bob's tenant: their tokens differ in no more than whose they are. */
const CAROL: Holder = { iss: 'tenant-bar', sub: 'carol', context: { issue: 'BAR-1' } };

export const USERS: readonly Holder[] = [ALICE, BOB, CAROL];
