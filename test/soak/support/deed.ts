import type { Soak } from './soak.js';
import type { SoakedTab } from './soaked-tab.js';

/** Something that can be done to the tabs at any moment. */
export interface Deed {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  /** False where it could not be done now. What is left to chance is drawn before anything is awaited. */
  run(soak: Soak): Promise<boolean>;
}

/** One that has a tab for itself until it is over. */
export function toIdleTab(
  name: string,
  weight: number,
  act: (tab: SoakedTab, soak: Soak) => Promise<void>,
): Deed {
  return {
    name,
    weight,
    async run(soak) {
      const tab = soak.idleTab();
      if (!tab) return false;
      tab.doing = name;
      try {
        await act(tab, soak);
      } catch (error) {
        // Nobody knows what the tab shows now, so nothing more is done to it.
        soak.tabs.splice(soak.tabs.indexOf(tab), 1);
        soak.verdicts.violate('a deed failed', tab.name, `${name}: ${String(error)}`);
        return false;
      }
      tab.doing = undefined;
      return true;
    },
  };
}
