import { createElement } from "react";
import { useTheme } from "~/theme/theme";
import { iconOf } from "./icons";

interface Props {
  /** As a node type names it; an address where its package brings a picture. */
  readonly name: string;
  readonly size?: number;
}

/** The picture of a node type. Its name stands beside it, so it says nothing aloud. */
export function NodeIcon({ name, size = 18 }: Props) {
  const dark = useTheme((look) => look.shown === "dark");
  if (name.startsWith("/")) {
    return <img src={`${name}?dark=${dark}`} width={size} height={size} alt="" />;
  }
  return createElement(iconOf(name), { size, "aria-hidden": true });
}
