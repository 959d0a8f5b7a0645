/** What people call the program behind a `User-Agent`; pure. */

const BROWSERS = [
  [/Edg(?:e|A|iOS)?\/(\d+)/, "Edge"],
  [/OPR\/(\d+)/, "Opera"],
  [/(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/(?:Headless)?Chrom(?:e|ium)\/(\d+)|CriOS\/(\d+)/, "Chrome"],
  [/Version\/(\d+).* Safari/, "Safari"],
] as const;

const SYSTEMS = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux|X11/, "Linux"],
] as const;

export function browserOf(agent: string): string {
  const browser = BROWSERS.map(([sign, name]) => {
    const found = sign.exec(agent);
    return found ? `${name} ${found.slice(1).find(Boolean) ?? ""}`.trim() : "";
  }).find(Boolean);
  const system = SYSTEMS.find(([sign]) => sign.test(agent))?.[1];
  return [browser ?? agent.split("/")[0], system].filter(Boolean).join(" · ");
}
