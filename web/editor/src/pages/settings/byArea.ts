/** Grants by what they are about; pure. */

const ORDER = ["read", "use", "run", "write", "publish", "delete", "admin"];

export function byArea(grants: readonly string[]): [string, string[]][] {
  const areas = new Map<string, string[]>();
  for (const grant of grants) {
    const area = grant.split(":")[0] ?? grant;
    areas.set(area, [...(areas.get(area) ?? []), grant]);
  }
  const rank = (grant: string) => ORDER.indexOf(grant.split(":")[1] ?? "");
  return [...areas].map(([area, all]) => [area, all.sort((a, b) => rank(a) - rank(b))]);
}
