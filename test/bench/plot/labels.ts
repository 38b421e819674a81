/** Something that wants to stand at a height, and is so high. */
export interface Block {
  readonly wanted: number;
  readonly height: number;
}

/**
 * Middles for blocks that do not overlap and lie between two bounds, each as near as can be to where it wants to be:
 * those that meet stand around their common middle. Undefined where there is no room for all.
 */
export function stack(blocks: readonly Block[], top: number, bottom: number): number[] | undefined {
  const total = blocks.reduce((sum, { height }) => sum + height, 0);
  if (total > bottom - top) return undefined;
  const order = blocks.map((_block, index) => index).sort((a, b) => blocks[a]!.wanted - blocks[b]!.wanted);
  const groups: { members: number[]; height: number; start: number }[] = [];
  const startOf = (members: readonly number[], height: number): number => {
    let before = 0;
    let sum = 0;
    for (const index of members) {
      const block = blocks[index]!;
      sum += block.wanted - before - block.height / 2;
      before += block.height;
    }
    return Math.min(Math.max(sum / members.length, top), bottom - height);
  };
  for (const index of order) {
    let group = { members: [index], height: blocks[index]!.height, start: 0 };
    group.start = startOf(group.members, group.height);
    for (let last = groups.at(-1); last && last.start + last.height > group.start; last = groups.at(-1)) {
      groups.pop();
      const members = [...last.members, ...group.members];
      const height = last.height + group.height;
      group = { members, height, start: startOf(members, height) };
    }
    groups.push(group);
  }
  const middles: number[] = [];
  for (const { members, start } of groups) {
    let y = start;
    for (const index of members) {
      middles[index] = y + blocks[index]!.height / 2;
      y += blocks[index]!.height;
    }
  }
  return middles;
}
