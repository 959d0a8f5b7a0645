import { Box, Brackets, CalendarClock, CircleSlash, Hash, ToggleLeft, Type } from "lucide-react";
import { useTranslation } from "react-i18next";
import css from "./data.module.css";
import type { Kind } from "./kinds";

const ICONS = {
  text: Type,
  number: Hash,
  boolean: ToggleLeft,
  list: Brackets,
  object: Box,
  nothing: CircleSlash,
  time: CalendarClock,
} as const;

/** What a value is, by its icon, and by its name for who hears it. */
export function KindIcon({ kinds }: { readonly kinds: readonly Kind[] }) {
  const { t } = useTranslation();
  const name = kinds.map((kind) => t(`data.kinds.${kind}`)).join(", ");
  const Icon = ICONS[kinds[0] ?? "nothing"];
  return (
    <span className={css.kind} title={name}>
      <Icon size={14} aria-hidden />
      <span className="visually-hidden">{name}</span>
    </span>
  );
}
